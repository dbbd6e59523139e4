import Testing

/// The shard's whole face: a change of a flag, a default or a word shows here.
@Suite("What dist-lda-shard says of itself")
struct ShardHelpTests {
    @Test("dist-lda-shard --version")
    func version() async throws {
        let outcome = try await BuiltTool.shard.run("--version")
        #expect(outcome == .init(status: 0, output: "dist-lda-shard 0.1.0\n", error: ""))
    }

    @Test("dist-lda-shard --help")
    func help() async throws {
        let outcome = try await BuiltTool.shard.run("--help")
        #expect(outcome == .init(status: 0, output: Self.help + "\n", error: ""))
    }

    private static let help = """
        OVERVIEW: Trains an LDA topic model by exact collapsed Gibbs sampling, alone or
        as one shard of a cluster.

        Alone (without --redis) it trains on this machine, writes the model to OUTPUT,
        and prints the topics. With --redis it is one of --shards shards, which share
        their counts through a Redis server; dist-lda-listener writes their model.

        It writes OUTPUT/run.json and OUTPUT/metrics.jsonl (a shard of several:
        OUTPUT/shard-N/...). SIGTERM and SIGINT end the sweep, exchange and write; a
        second one ends at once. Flags may be spelled with underscores.

        USAGE: dist-lda-shard <options>

        \(CorpusHelp.text)

        MODEL:
          --topics <number>       Topics (default: 100).
          --alpha <number>        Prior of each topic in a document (default: 0.1).
          --alpha-sum <number>    The same as the sum over all topics, which is what
                                  MALLET calls --alpha.
          --beta <number>         Prior of each word in a topic (default: 0.01).

        TRAINING:
          --iterations <number>   Sweeps over all tokens (default: 1000).
          --from <file>           Start from a model: the topics of a MALLET state of
                                  the same documents (its files follow one another as
                                  if joined), or topics drawn by the counts of a
                                  dist_lda dump. --anneal is then 0 unless given.
          --anneal <sweeps>       First sweeps, over which beta falls from a larger
                                  one, so that topics find their themes sooner; 0 for
                                  none (default: 20, at most a fifth of all; 0 above
                                  256 topics).
          --seed <number>         Where the random numbers start; the same for all
                                  shards of a run (default: 1).
          --show-every <sweeps>   Sweeps from one log-likelihood to the next (default:
                                  10).
          --sampler <word-major|dense>
                                  Both draw exactly the same distribution; dense is the
                                  slow reference. (values: word-major, dense; default:
                                  word-major)
          --kernel <auto|avx512|avx2|neon|plain>
                                  Instructions for the sampler; all give the same
                                  result (default: the fastest this processor has).
                                  (values: auto, avx512, avx2, neon, plain; default:
                                  auto)
          --vocab-size <number>   Accepted for old scripts and not used: the vocabulary
                                  is counted, and grows with the documents.
          --checkpoint <folder>   The folder for checkpoints, made if it is missing: an
                                  interrupted shard that is started again with the same
                                  command goes on from its last one (default: none are
                                  kept).
          --checkpoint-every <sweeps>
                                  Sweeps from one checkpoint to the next, one more
                                  being taken at the end (default: 10).

        CLUSTER:
          --cores <number>        Cores, and so slices, of each shard; the same for all
                                  (default: all of this machine).
          --shards <number>       Shards of the run (default: 1).
          --this-shard <number>   Which of them this is, from 0 (default: 0).
          --run <name>            The run's name in the store (default: the document's
                                  base name).
          --sync-every <sweeps>   Sweeps from one exchange with the other shards to the
                                  next (default: 1, or 2 where sweeps are so short that
                                  exchanges would take more than a tenth of their time).
          --blocks <number>       Blocks that the words are dealt to, the unit of
                                  exchange (default: 16 to 2048, by the bytes of the
                                  documents).
          --staleness <sweeps|none>
                                  Sweeps that this shard may be ahead of the slowest
                                  that is alive; 0 keeps all in step, none sets no
                                  bound (default: 4).
          --no-extra-sweeps       Rest while waiting for other shards (default: do
                                  extra sweeps meanwhile, which run.json counts).
          --lease <seconds>       Silence after which another shard is taken for dead,
                                  and waited for no more (default: 10).
          --take-over             Take the shard from a process that holds it and is
                                  alive; that one ends with exit code 76.
          --fresh                 Replace a run of this name that has finished, or of
                                  which no shard is alive, and its checkpoints.
          --leave                 End as soon as this shard has finished (default: stay
                                  until all have).
          --redis <address>       The Redis server that keeps the counts: host,
                                  host:port, [address]:port, unix:/path,
                                  redis://user:password@host:port/database, or
                                  rediss:// for the same through TLS. Several share
                                  them, with commas between (a:6379,b:6379; the same
                                  list for every process), or a Redis Cluster named by
                                  any of its nodes (cluster:a:7000). (Default, where a
                                  server is needed: the environment's REDIS_URL.)
          --redis-db <number>     The database on that server, or on each (default: 0).
          --redis-password-file <file>
                                  A file with the password on its first line (default:
                                  the one in the address, else in the environment, as
                                  DIST_LDA_REDIS_PASSWORD or REDISCLI_AUTH).
          --redis-cacert <file>   With rediss://, the authorities' certificates to
                                  trust, in PEM (default: those this machine trusts).
          --redis-cert <file>     With rediss://, our certificate for a server that
                                  asks for one.
          --redis-key <file>      The private key of that certificate.
          --connect-timeout <seconds>
                                  How long to try at the start until the server answers
                                  (default: 10).
          --max-outage <seconds>  Give up, with exit code 75, when the server has been
                                  away for so long (default: wait for ever).

        OUTPUT:
          --output <folder>       The folder to write to; made if it is missing.
                                  (default: .)
          --write <formats>       What to write, with commas between: dist_lda, state,
                                  keys, doc-topics, word-topic-counts,
                                  topic-word-weights, diagnostics, ldavis, numpy, csv
                                  (default, of a whole model that is trained: dist_lda).
          --doc-topics-threshold <share>
                                  Leave topics with a smaller share out of the document
                                  topics (default: write all).
          --publish-documents     Keep the topics of every document in the store too: a
                                  dump, and the listener's files, then hold them.
          --top-words <number>    Words to print of each topic at the end; 0 for none
                                  (default: 10).
          --log-format <text|json>
                                  Messages on standard error as text or one JSON object
                                  a line. (values: text, json; default: text)

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.
        """
}

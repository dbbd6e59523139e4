import Testing

/// The complete help text of the shard, so that any change of a flag, a default or a word is detected.
@Suite("The help and version texts of dist-lda-shard")
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

        Without --redis, it trains alone on this machine, writes the model to OUTPUT
        and prints the topics. With --redis, it is one of --shards shards that share
        their counts through a Redis server; dist-lda-listener writes their model.

        It writes OUTPUT/run.json and OUTPUT/metrics.jsonl (to OUTPUT/shard-N/ if there
        are several shards). On SIGTERM or SIGINT it stops sampling, exchanges its
        counts, writes its files and exits; a second signal of the same kind ends it at
        once. Flags may be spelled with underscores.

        USAGE: dist-lda-shard <options>

        \(CorpusHelp.text)

        MODEL:
          --topics <number>       The number of topics (default: 100).
          --alpha <number>        The prior of each topic in a document (default: 0.1).
          --alpha-sum <number>    The same prior as a sum over all topics, which MALLET
                                  calls --alpha.
          --beta <number>         The prior of each word in a topic (default: 0.01).

        TRAINING:
          --iterations <number>   The number of sweeps over all tokens (default: 1000).
          --from <file>           Start from a model: either the topics of a MALLET
                                  state of the same documents (several files are read
                                  as if joined), or topics drawn from the counts of a
                                  dist_lda dump. --anneal is then 0 unless given.
          --anneal <sweeps>       The number of sweeps at the start during which beta
                                  falls from a larger value, so that topics form
                                  sooner; 0 for none (default: 20, at most a fifth of
                                  all sweeps; 0 above 256 topics).
          --seed <number>         The seed of the random numbers; the same for all
                                  shards of a run (default: 1).
          --show-every <sweeps>   The number of sweeps between log-likelihoods
                                  (default: 10).
          --sampler <word-major|dense>
                                  Both draw from exactly the same distribution; dense
                                  is a slow reference. (values: word-major, dense;
                                  default: word-major)
          --kernel <auto|avx512|avx2|neon|plain>
                                  The instruction set for the sampler; all give the
                                  same result (default: the fastest available).
                                  (values: auto, avx512, avx2, neon, plain; default:
                                  auto)
          --vocab-size <number>   Accepted for old scripts but ignored: the vocabulary
                                  is counted and grows with the documents.
          --checkpoint <folder>   The folder for checkpoints, created if it does not
                                  exist; an interrupted shard that is started again
                                  with the same command continues from its last one
                                  (default: no checkpoints).
          --checkpoint-every <sweeps>
                                  The number of sweeps between checkpoints; another is
                                  written at the end (default: 10).

        CLUSTER:
          --cores <number>        The number of cores, and of slices, of each shard;
                                  the same for all (default: all of this machine).
          --shards <number>       The number of shards of the run (default: 1).
          --this-shard <number>   This shard's number, from 0 (default: 0).
          --run <name>            The name of the run in the store (default: the base
                                  name of the documents).
          --sync-every <sweeps>   The number of sweeps between exchanges with the other
                                  shards (default: 1, or 2 if sweeps are so short that
                                  exchanges would take more than a tenth of their time).
          --blocks <number>       The number of blocks of words, the unit of exchange
                                  (default: 16 to 2048, by the bytes of the documents).
          --staleness <sweeps|none>
                                  The number of sweeps that this shard may be ahead of
                                  the slowest live shard; 0 keeps all shards in step,
                                  none sets no limit (default: 4).
          --no-extra-sweeps       Pause while waiting for other shards (default: do
                                  extra sweeps, which are counted in run.json).
          --lease <seconds>       The silence after which a shard counts as dead and is
                                  no longer waited for (default: 10).
          --take-over             Take over the shard from a live process, which then
                                  ends with exit code 76.
          --fresh                 Replace a run of this name, and its checkpoints, if
                                  it has finished or none of its shards is alive.
          --leave                 Exit as soon as this shard has finished (default:
                                  stay until all shards have finished).
          --redis <address>       The Redis server that holds the counts: host,
                                  host:port, [address]:port, unix:/path,
                                  redis://user:password@host:port/database, or
                                  rediss:// for the same over TLS. To use several
                                  servers, separate them by commas (a:6379,b:6379; the
                                  same list for every process). To use a Redis Cluster,
                                  give any of its nodes (cluster:a:7000). Default, if a
                                  server is needed: the environment variable REDIS_URL.
          --redis-db <number>     The number of the database, on each server (default:
                                  0).
          --redis-password-file <file>
                                  A file with the password on its first line (default:
                                  the one in the address, otherwise the environment's
                                  DIST_LDA_REDIS_PASSWORD or REDISCLI_AUTH).
          --redis-cacert <file>   With rediss://, the CA certificates to trust, in PEM
                                  format (default: those this machine trusts).
          --redis-cert <file>     With rediss://, the client certificate if the server
                                  asks for one.
          --redis-key <file>      The private key of the client certificate.
          --connect-timeout <seconds>
                                  How long to keep trying to connect at the start
                                  (default: 10).
          --max-outage <seconds>  Give up, with exit code 75, when the server has been
                                  unavailable for this long (default: wait forever).

        OUTPUT:
          --output <folder>       The folder to write to; created if it does not exist.
                                  (default: .)
          --write <formats>       The formats to write, separated by commas: dist_lda,
                                  state, keys, doc-topics, word-topic-counts,
                                  topic-word-weights, diagnostics, ldavis, numpy, csv
                                  (default: dist_lda; none for convert and for shards
                                  that use Redis).
          --doc-topics-threshold <share>
                                  Omit topics with a smaller share from the document
                                  topics (default: write all).
          --publish-documents     Also store the topics of every document, so that
                                  dumps and the listener's files hold them.
          --top-words <number>    The number of words to print for each topic at the
                                  end; 0 for none (default: 10).
          --log-format <text|json>
                                  Write messages to standard error as lines of text or
                                  JSON. (values: text, json; default: text)

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.
        """
}

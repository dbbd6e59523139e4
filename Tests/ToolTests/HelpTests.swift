import Testing

/// Whole help texts: a change of a flag, a default or a word shows here. Those of a tool, then of its subcommands.
@Suite("What the tools say of themselves")
struct HelpTests {
    @Test("Version", arguments: [BuiltTool.listener, .main])
    func version(tool: BuiltTool) async throws {
        let outcome = try await tool.run("--version")
        #expect(outcome == .init(status: 0, output: "\(tool.name) 0.1.0\n", error: ""))
    }

    private func expect(_ tool: BuiltTool, _ command: String..., help: String) async throws {
        let outcome = try await tool.run(command + ["--help"])
        #expect(outcome == .init(status: 0, output: help + "\n", error: ""))
    }

    @Test("dist-lda-listener --help")
    func listener() async throws {
        try await expect(
            .listener,
            help: """
                OVERVIEW: Writes the model of a running cluster to files as it grows.

                Waits until every shard of the run has stored its counts, writes the model, and
                writes it again whenever the slowest shard has advanced by --write-every
                sweeps. Each file is verified (every token of every shard is in it once) and
                appears whole or not at all. Ends after a last file when every shard has
                finished. SIGTERM and SIGINT write what is new and end; a second one ends at
                once.

                Every file is noted in OUTPUT/dumps.jsonl, one JSON object a line.

                USAGE: dist-lda-listener [--redis <address>] [--run <name>] [--write-every <sweeps>] [--output <folder>] ...

                STORE:
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

                OPTIONS:
                  --run <name>            The run's name; not needed while the server holds
                                          only one run.
                  --write-every <sweeps>  Sweeps of the slowest shard from one file to the next
                                          (default: 10).
                  --poll-interval <seconds>
                                          How often to look at the store (default: 1).
                  --output <folder>       The folder to write to; made if it is missing.
                                          (default: .)
                  --write <formats>       What to write, with commas between: dist_lda, state,
                                          keys, doc-topics, word-topic-counts,
                                          topic-word-weights, diagnostics, ldavis, numpy, csv
                                          (default, of a whole model that is trained: dist_lda).
                  --doc-topics-threshold <share>
                                          Leave topics with a smaller share out of the document
                                          topics (default: write all).
                  --forever               Go on when every shard has finished: another run may
                                          take the name.
                  --log-format <text|json>
                                          Messages on standard error as text or one JSON object
                                          a line. (values: text, json; default: text)
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda convert --help")
    func convert() async throws {
        try await expect(
            .main, "convert",
            help: """
                OVERVIEW: Converts corpora, and models, from one format to another.

                A corpus is read as dist-lda-shard reads it and written as OUTPUT/NAME.ending,
                NAME being that of the first file, with lists of words and documents beside it
                where the format has no place for these. A model is read from a dump (dist_lda)
                or a MALLET state and written as dist-lda-shard writes it; a state holds the
                corpus too. Existing files of these names are replaced.

                USAGE: dist-lda convert --document <file> ... --to <format> [--output <folder>]
                       dist-lda convert --model <file> ... [--write <formats>] [--to <format>] [--output <folder>]

                \(CorpusHelp.text)

                OPTIONS:
                  --model <file>          A dist_lda dump, or the files of a MALLET state,
                                          which follow one another as if joined.
                  --to <format>           What to write the documents as: dist_lda, text,
                                          mallet, lda_c, svmlight, jsonl, uci or matrix_market.
                  --write <formats>       What to write, with commas between: dist_lda, state,
                                          keys, doc-topics, word-topic-counts,
                                          topic-word-weights, diagnostics, ldavis, numpy, csv
                                          (default, of a whole model that is trained: dist_lda).
                  --doc-topics-threshold <share>
                                          Leave topics with a smaller share out of the document
                                          topics (default: write all).
                  --alpha <number>        Each topic's prior, for a state that does not name it
                                          (default: 0.1).
                  --beta <number>         Each word's prior, for a state that does not name it
                                          (default: 0.01).
                  --output <folder>       The folder to write to; made if it is missing.
                                          (default: .)
                  --log-format <text|json>
                                          Messages on standard error as text or one JSON object
                                          a line. (values: text, json; default: text)
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    /// What all commands on a store take.
    private static let storeOptions = """
        STORE:
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
        """

    @Test("dist-lda --help")
    func main() async throws {
        try await expect(
            .main,
            help: """
                OVERVIEW: Counts words, looks after runs and models; dist-lda-shard trains
                them, dist-lda-listener writes them to files.

                USAGE: dist-lda <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  convert                 Converts corpora, and models, from one format to
                                          another.
                  vocabulary              Counts the words of documents, without training.
                  store                   Looks after the runs in a Redis server, while shards
                                          go on.

                  See 'dist-lda help <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda vocabulary --help")
    func vocabulary() async throws {
        try await expect(
            .main, "vocabulary",
            help: """
                OVERVIEW: Counts the words of documents, without training.

                Prints the words that are kept, a line each, the most frequent first: word,
                tokens, documents, with TABs between. Such a list serves as --vocab. White
                space in a word is printed as _. What was read and what was removed is said on
                standard error.

                USAGE: dist-lda vocabulary <options>

                \(CorpusHelp.text)

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store --help")
    func store() async throws {
        try await expect(
            .main, "store",
            help: """
                OVERVIEW: Looks after the runs in a Redis server, while shards go on.

                USAGE: dist-lda store <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  status                  Lists the runs, or says how one is: its shards, its
                                          memory, the traffic.
                  audit                   Recomputes every law of a run's ledger; exit code 65
                                          if one is broken.
                  repair                  Sets a run's ledger right, block by block; exit code
                                          65 if counts are lost.
                  remove-shard            Takes a shard that is dead or has finished out of a
                                          run, exactly.
                  flush                   Removes one run, and nothing else.
                  words                   Prints in which topics words are, straight from the
                                          store.
                  topics                  Prints the most frequent words of topics, straight
                                          from the store.

                  See 'dist-lda help store <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda store status --help")
    func storeStatus() async throws {
        try await expect(
            .main, "store", "status",
            help: """
                OVERVIEW: Lists the runs, or says how one is: its shards, its memory, the
                traffic.

                USAGE: dist-lda store status [--run <name>] [--json] [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The run's name (default: a line for each run there
                                          is).
                  --json                  Print one JSON object.
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store audit --help")
    func storeAudit() async throws {
        try await expect(
            .main, "store", "audit",
            help: """
                OVERVIEW: Recomputes every law of a run's ledger; exit code 65 if one is
                broken.

                Reads every block and checks that its total is the sum of the shards'
                contributions, that every value is whole, that every word is in its block once,
                and that each shard's tokens are all there. Prints a line for each violation,
                then a summary. Shards may go on meanwhile: a block is read at one moment.

                USAGE: dist-lda store audit --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store repair --help")
    func storeRepair() async throws {
        try await expect(
            .main, "store", "repair",
            help: """
                OVERVIEW: Sets a run's ledger right, block by block; exit code 65 if counts are
                lost.

                Recomputes totals from the shards' contributions where they differ, and removes
                what is damaged; a shard that runs puts its counts back. Shards may go on
                meanwhile: a block is changed only if it is still as it was read. Then audits,
                and says what is left.

                USAGE: dist-lda store repair --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store remove-shard --help")
    func storeRemoveShard() async throws {
        try await expect(
            .main, "store", "remove-shard",
            help: """
                OVERVIEW: Takes a shard that is dead or has finished out of a run, exactly.

                Its counts are taken out of every total, its documents are removed, and no one
                waits for it any more. If a process of it is still there, that one ends with
                exit code 76. The command that started the shard brings it back. A shard that
                is alive is refused with exit code 75.

                USAGE: dist-lda store remove-shard --run <name> --shard <number> [--force] [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --shard <number>        Which shard, from 0 (needed).
                  --force                 Also if it is alive.
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store flush --help")
    func storeFlush() async throws {
        try await expect(
            .main, "store", "flush",
            help: """
                OVERVIEW: Removes one run, and nothing else.

                USAGE: dist-lda store flush --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store words --help")
    func storeWords() async throws {
        try await expect(
            .main, "store", "words",
            help: """
                OVERVIEW: Prints in which topics words are, straight from the store.

                USAGE: dist-lda store words --run <name> [--limit <number>] [--json] [--redis <address>] <word> ...

                ARGUMENTS:
                  <word>                  The words; only the blocks that hold them are read.

                \(Self.storeOptions)

                OPTIONS:
                  --limit <number>        Topics to print of each word, most frequent first
                                          (default: 10).
                  --json                  Print one JSON object.
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store topics --help")
    func storeTopics() async throws {
        try await expect(
            .main, "store", "topics",
            help: """
                OVERVIEW: Prints the most frequent words of topics, straight from the store.

                USAGE: dist-lda store topics --run <name> [--top <number>] [--json] [--redis <address>] [<topic> ...]

                ARGUMENTS:
                  <topic>                 The topics (default: all).

                \(Self.storeOptions)

                OPTIONS:
                  --top <number>          Words to print of each topic (default: 10).
                  --json                  Print one JSON object.
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }
}

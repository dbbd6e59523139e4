import Testing

/// The complete help texts of each tool and its subcommands, so that any change of a flag or a word is detected.
@Suite("The help and version texts of the tools")
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
                OVERVIEW: Writes the model of a running cluster to files during training.

                Waits until every shard of the run has stored its counts and writes the model.
                Then writes it again whenever the slowest shard has advanced by --write-every
                sweeps. Each file is verified to hold every token of every shard exactly once,
                and is written completely or not at all. After every shard has finished, the
                listener writes a last file and exits. On SIGTERM or SIGINT it writes a last
                file if the model has changed, and exits; a second signal of the same kind ends
                it at once.

                Every file is recorded in OUTPUT/dumps.jsonl, one JSON object per line.

                USAGE: dist-lda-listener [--redis <address>] [--run <name>] [--write-every <sweeps>] [--output \
                <folder>] ...

                STORE:
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

                OPTIONS:
                  --run <name>            The name of the run; not needed if the server holds
                                          only one run.
                  --write-every <sweeps>  The number of sweeps of the slowest shard between
                                          files (default: 10).
                  --poll-interval <seconds>
                                          How often to read the state of the store (default: 1).
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
                  --forever               Keep running after every shard has finished and
                                          follow the next run of this name.
                  --log-format <text|json>
                                          Write messages to standard error as lines of text or
                                          JSON. (values: text, json; default: text)
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda convert --help")
    func convert() async throws {
        try await expect(
            .main, "convert",
            help: """
                OVERVIEW: Converts corpora and models from one format to another.

                A corpus is read as dist-lda-shard reads it and written to OUTPUT/NAME.ending,
                where NAME is the name of the first file. If the format cannot hold words or
                document names, they are written to lists in the same folder. A model is read
                from a dump (dist_lda) or a MALLET state and written as dist-lda-shard writes
                it; a state also holds the corpus. Existing files of these names are replaced.

                USAGE: dist-lda convert --document <file> ... --to <format> [--output <folder>]
                       dist-lda convert --model <file> ... [--write <formats>] [--to <format>] [--output <folder>]

                \(CorpusHelp.text)

                OPTIONS:
                  --model <file>          A dist_lda dump, or the files of a MALLET state,
                                          which are read as if they were joined.
                  --to <format>           The format of the documents: dist_lda, text, mallet,
                                          lda_c, svmlight, jsonl, uci or matrix_market.
                  --write <formats>       The formats to write, separated by commas: dist_lda,
                                          state, keys, doc-topics, word-topic-counts,
                                          topic-word-weights, diagnostics, ldavis, numpy, csv
                                          (default: dist_lda; none for convert and for shards
                                          that use Redis).
                  --doc-topics-threshold <share>
                                          Omit topics with a smaller share from the document
                                          topics (default: write all).
                  --alpha <number>        The prior of each topic, for a state that does not
                                          contain it (default: 0.1).
                  --beta <number>         The prior of each word, for a state that does not
                                          contain it (default: 0.01).
                  --output <folder>       The folder to write to; created if it does not exist.
                                          (default: .)
                  --log-format <text|json>
                                          Write messages to standard error as lines of text or
                                          JSON. (values: text, json; default: text)
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    /// The options of all commands that use a store.
    private static let storeOptions = """
        STORE:
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
        """

    @Test("dist-lda --help")
    func main() async throws {
        try await expect(
            .main,
            help: """
                OVERVIEW: Counts words, converts corpora and models, and manages runs.
                dist-lda-shard trains models, dist-lda-listener writes them to files.

                USAGE: dist-lda <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  convert                 Converts corpora and models from one format to
                                          another.
                  vocabulary              Counts the words of documents, without training.
                  store                   Inspects and maintains the runs in a Redis server,
                                          even while shards run.

                  See 'dist-lda help <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda vocabulary --help")
    func vocabulary() async throws {
        try await expect(
            .main, "vocabulary",
            help: """
                OVERVIEW: Counts the words of documents, without training.

                Prints the words that are kept, one per line, the most frequent first: word,
                tokens and documents, separated by TABs. Such a list can be used as --vocab.
                White space in a word is printed as _. A summary of what was read and removed
                is printed on standard error.

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
                OVERVIEW: Inspects and maintains the runs in a Redis server, even while shards
                run.

                USAGE: dist-lda store <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  status                  Lists the runs, or shows the shards, the memory and
                                          the traffic of one run.
                  audit                   Checks that the counts of a run are consistent; exit
                                          code 65 if not.
                  repair                  Repairs the counts of a run, block by block; exit
                                          code 65 if counts are lost.
                  remove-shard            Removes a shard that is dead or has finished, with
                                          all its counts, from a run.
                  flush                   Removes one run and nothing else.
                  words                   Prints the topics of words, read from the store.
                  topics                  Prints the most frequent words of topics, read from
                                          the store.

                  See 'dist-lda help store <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda store status --help")
    func storeStatus() async throws {
        try await expect(
            .main, "store", "status",
            help: """
                OVERVIEW: Lists the runs, or shows the shards, the memory and the traffic of
                one run.

                USAGE: dist-lda store status [--run <name>] [--json] [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The name of the run (default: list all runs).
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
                OVERVIEW: Checks that the counts of a run are consistent; exit code 65 if not.

                Reads every block and checks that its total is the sum of the shards'
                contributions, that every value is undamaged, that every word is in its block
                exactly once, and that no shard's tokens are missing. Prints a line for each
                violation, then a summary. Shards may be running meanwhile, because each block
                is read atomically.

                USAGE: dist-lda store audit --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store repair --help")
    func storeRepair() async throws {
        try await expect(
            .main, "store", "repair",
            help: """
                OVERVIEW: Repairs the counts of a run, block by block; exit code 65 if counts
                are lost.

                Recomputes totals that differ from the sum of the shards' contributions and
                removes damaged values; running shards then store their counts again. Shards
                may be running meanwhile, because a block is changed only if it has not changed
                since it was read. Then audits the run and prints the remaining violations.

                USAGE: dist-lda store repair --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store remove-shard --help")
    func storeRemoveShard() async throws {
        try await expect(
            .main, "store", "remove-shard",
            help: """
                OVERVIEW: Removes a shard that is dead or has finished, with all its counts,
                from a run.

                Subtracts the shard's counts from every total and removes its documents; the
                other shards no longer wait for it. If a process of the shard is still running,
                it ends with exit code 76. The command that started the shard adds it to the
                run again. If the shard is alive, remove-shard ends with exit code 75.

                USAGE: dist-lda store remove-shard --run <name> --shard <number> [--force] [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --shard <number>        The shard's number, from 0 (required).
                  --force                 Remove the shard even if it is alive.
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store flush --help")
    func storeFlush() async throws {
        try await expect(
            .main, "store", "flush",
            help: """
                OVERVIEW: Removes one run and nothing else.

                USAGE: dist-lda store flush --run <name> [--redis <address>] ...

                \(Self.storeOptions)

                OPTIONS:
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store words --help")
    func storeWords() async throws {
        try await expect(
            .main, "store", "words",
            help: """
                OVERVIEW: Prints the topics of words, read from the store.

                USAGE: dist-lda store words --run <name> [--limit <number>] [--json] [--redis <address>] <word> ...

                ARGUMENTS:
                  <word>                  The words; only the blocks that hold them are read.

                \(Self.storeOptions)

                OPTIONS:
                  --limit <number>        The number of topics per word, most frequent first
                                          (default: 10).
                  --json                  Print one JSON object.
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store topics --help")
    func storeTopics() async throws {
        try await expect(
            .main, "store", "topics",
            help: """
                OVERVIEW: Prints the most frequent words of topics, read from the store.

                USAGE: dist-lda store topics --run <name> [--top <number>] [--json] [--redis <address>] [<topic> ...]

                ARGUMENTS:
                  <topic>                 The topics (default: all).

                \(Self.storeOptions)

                OPTIONS:
                  --top <number>          The number of words to print for each topic (default:
                                          10).
                  --json                  Print one JSON object.
                  --run <name>            The name of the run (required).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }
}

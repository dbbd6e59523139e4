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
                                          host:port, [address]:port, unix:/path or
                                          redis://user:password@host:port/database. Several
                                          share them, with commas between (a:6379,b:6379; the
                                          same list for every process), or a Redis Cluster
                                          named by any of its nodes (cluster:a:7000). A
                                          password is better put into the environment, as
                                          DIST_LDA_REDIS_PASSWORD.
                  --redis-db <number>     The database on that server, or on each (default: 0).
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
                  --forever               Go on when every shard has finished: another run may
                                          take the name.
                  --log-format <text|json>
                                          Messages on standard error as text or one JSON object
                                          a line. (values: text, json; default: text)
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda --help")
    func main() async throws {
        try await expect(
            .main,
            help: """
                OVERVIEW: Looks after runs and models; dist-lda-shard trains them,
                dist-lda-listener writes them to files.

                USAGE: dist-lda <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  store                   Lists, shows and removes the runs in a Redis server.

                  See 'dist-lda help <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda store --help")
    func store() async throws {
        try await expect(
            .main, "store",
            help: """
                OVERVIEW: Lists, shows and removes the runs in a Redis server.

                USAGE: dist-lda store <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  list                    Prints a line for each run: its name, shards, topics
                                          and document, with tabs between.
                  status                  Prints what a run is and how far each of its shards
                                          has come.
                  flush                   Removes one run from a Redis server, and nothing else.

                  See 'dist-lda help store <subcommand>' for detailed help.
                """)
    }

    @Test("dist-lda store list --help")
    func storeList() async throws {
        try await expect(
            .main, "store", "list",
            help: """
                OVERVIEW: Prints a line for each run: its name, shards, topics and document,
                with tabs between.

                USAGE: dist-lda store list [--redis <address>] ...

                STORE:
                  --redis <address>       The Redis server that keeps the counts: host,
                                          host:port, [address]:port, unix:/path or
                                          redis://user:password@host:port/database. Several
                                          share them, with commas between (a:6379,b:6379; the
                                          same list for every process), or a Redis Cluster
                                          named by any of its nodes (cluster:a:7000). A
                                          password is better put into the environment, as
                                          DIST_LDA_REDIS_PASSWORD.
                  --redis-db <number>     The database on that server, or on each (default: 0).
                  --connect-timeout <seconds>
                                          How long to try at the start until the server answers
                                          (default: 10).

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }

    @Test("dist-lda store status --help")
    func storeStatus() async throws {
        try await expect(
            .main, "store", "status",
            help: """
                OVERVIEW: Prints what a run is and how far each of its shards has come.

                USAGE: dist-lda store status --run <name> [--redis <address>] ...

                STORE:
                  --redis <address>       The Redis server that keeps the counts: host,
                                          host:port, [address]:port, unix:/path or
                                          redis://user:password@host:port/database. Several
                                          share them, with commas between (a:6379,b:6379; the
                                          same list for every process), or a Redis Cluster
                                          named by any of its nodes (cluster:a:7000). A
                                          password is better put into the environment, as
                                          DIST_LDA_REDIS_PASSWORD.
                  --redis-db <number>     The database on that server, or on each (default: 0).
                  --connect-timeout <seconds>
                                          How long to try at the start until the server answers
                                          (default: 10).

                OPTIONS:
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
                OVERVIEW: Removes one run from a Redis server, and nothing else.

                USAGE: dist-lda store flush --run <name> [--redis <address>] ...

                STORE:
                  --redis <address>       The Redis server that keeps the counts: host,
                                          host:port, [address]:port, unix:/path or
                                          redis://user:password@host:port/database. Several
                                          share them, with commas between (a:6379,b:6379; the
                                          same list for every process), or a Redis Cluster
                                          named by any of its nodes (cluster:a:7000). A
                                          password is better put into the environment, as
                                          DIST_LDA_REDIS_PASSWORD.
                  --redis-db <number>     The database on that server, or on each (default: 0).
                  --connect-timeout <seconds>
                                          How long to try at the start until the server answers
                                          (default: 10).

                OPTIONS:
                  --run <name>            The run's name (needed).
                  --version               Show the version.
                  -h, --help              Show help information.
                """)
    }
}

import Foundation
import TestSupport
import Testing

@Suite("An invalid command line gives one line of error and the right exit code")
struct UsageTests {
    /// The arguments, the exit code, and the complete line on standard error after the tool's name.
    typealias Refusal = (arguments: [String], status: Int32, line: String)

    private func expect(_ tool: BuiltTool, _ refusal: Refusal, _ environment: [String: String] = [:]) async throws {
        let outcome = try await tool.run(refusal.arguments, environment: environment)
        #expect(
            outcome == .init(status: refusal.status, output: "", error: "\(tool.name): \(refusal.line)\n"),
            "\(refusal.arguments)")
    }

    @Test(
        "dist-lda-listener refuses invalid flags",
        arguments: [
            (
                ["--write-evry=3"], 64,
                "Unknown option '--write-evry'. Did you mean '--write-every'? (try 'dist-lda-listener --help')"
            ),
            (["--quite_unlike=3"], 64, "Unknown option '--quite-unlike' (try 'dist-lda-listener --help')"),
            (["surplus"], 64, "Unexpected argument 'surplus' (try 'dist-lda-listener --help')"),
            (
                ["--write_every=0x10"], 64,
                "The value '0x10' is invalid for '--write-every <sweeps>': expected a whole number of at least 1 "
                    + "(try 'dist-lda-listener --help')"
            ),
            (
                ["--write-every", "0"], 64,
                "The value '0' is invalid for '--write-every <sweeps>': expected a whole number of at least 1 "
                    + "(try 'dist-lda-listener --help')"
            ),
            (
                ["--poll_interval=nan"], 64,
                "The value 'nan' is invalid for '--poll-interval <seconds>': expected a number from 0.01 to 3600.0 "
                    + "(try 'dist-lda-listener --help')"
            ),
            (
                ["--log-format=xml"], 64,
                "The value 'xml' is invalid for '--log-format <text|json>'. Please provide one of 'text' and 'json'. "
                    + "(try 'dist-lda-listener --help')"
            ),
            (
                ["--run=a/b"], 64,
                "The value 'a/b' is invalid for '--run <name>': run name \"a/b\" has \"/\" in it: use letters, digits "
                    + "and ._-+=,~@%, for example --run=a_b (try 'dist-lda-listener --help')"
            ),
        ] as [Refusal])
    func listenerFlags(refusal: Refusal) async throws {
        try await expect(.listener, refusal)
    }

    @Test(
        "dist-lda store flush needs a run with a valid name",
        arguments: [
            (["store", "flush"], 64, "name the run with --run (dist-lda store status shows them all)"),
            (
                ["store", "flush", "--runn=x"], 64,
                "Unknown option '--runn'. Did you mean '--run'? (try 'dist-lda --help')"
            ),
        ] as [Refusal])
    func flushFlags(refusal: Refusal) async throws {
        try await expect(.main, refusal)
    }

    @Test(
        "The commands on a run need their arguments",
        arguments: [
            (["store", "audit"], 64, "name the run with --run (dist-lda store status shows them all)"),
            (["store", "repair"], 64, "name the run with --run (dist-lda store status shows them all)"),
            (
                ["store", "remove-shard", "--run=a"], 64,
                "name the shard with --shard (dist-lda store status shows them all)"
            ),
            (["store", "words", "--run=a"], 64, "name one or more words (see dist-lda store words --help)"),
            (["store", "topics"], 64, "name the run with --run (dist-lda store status shows them all)"),
            (
                ["store", "topics", "--run=a", "nan"], 64,
                "The value 'nan' is invalid for '<topic>': expected a whole number from 0 to 65535 (try 'dist-lda "
                    + "--help')"
            ),
        ] as [Refusal])
    func storeFlags(refusal: Refusal) async throws {
        try await expect(.main, refusal)
    }

    @Test(
        "Invalid names of runs are refused", arguments: ["", "a b", "..", "a/../b", "{x}", "a\tb", "é", "*", "-x"])
    func runNames(name: String) async throws {
        let outcome = try await BuiltTool.main.run("store", "flush", "--run=\(name)")
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.error.hasPrefix("dist-lda: "))
    }

    @Test(
        "An invalid address is refused, and its password is never shown",
        arguments: [
            "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:text", "[::1", "redis://user:s3cret@host:70000",
            "http://user:s3cret@host", "user:s3cret@host", "redis://:s3cret@host/x", "unix:",
        ])
    func addresses(address: String) async throws {
        let outcome = try await BuiltTool.main.run("store", "status", "--redis", address)
        #expect(outcome.status == 64)
        #expect(outcome.error.hasPrefix("dist-lda: the Redis address "))
        #expect(outcome.error.split(separator: "\n").count == 1)
        #expect(!outcome.error.contains("s3cret"))
    }

    @Test("A server that refuses the connection is tried until --connect-timeout")
    func refused() async throws {
        try await expect(
            .main,
            (
                ["store", "status", "--redis=127.0.0.1:1", "--connect_timeout=0.2"], 69,
                "gave up after 0.2 seconds waiting for Redis at 127.0.0.1:1, which cannot be reached (Connection "
                    + "refused): start the server or check --redis"
            ))
    }

    @Test("A folder that cannot be written to is refused first")
    func output() async throws {
        let folder = try TemporaryDirectory()
        let file = "\(folder.path)/file"
        try Data().write(to: URL(fileURLWithPath: file))
        for path in [file, "\(file)/inside"] {
            try await expect(
                .listener,
                (
                    ["--redis=127.0.0.1:1", "--output", path], 73,
                    "cannot create \(path) (Not a directory): name a folder that exists with --output"
                ))
        }
    }
}

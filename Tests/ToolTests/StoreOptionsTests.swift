import Foundation
import TestSupport
import Testing

@Suite("How the tools find a Redis server and authenticate")
struct StoreOptionsTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(SmallCorpus(documents: 8).text, to: "data")
    }

    private func list(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> BuiltTool.Outcome {
        try await BuiltTool.main.run(["store", "status"] + arguments, environment: environment)
    }

    private func shard(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> BuiltTool.Outcome {
        try await BuiltTool.shard.run(
            [
                "--document", folder("data"), "--output", folder("output"), "--topics=2", "--iterations=2", "--cores=1",
                "--blocks=2",
            ] + arguments, environment: environment)
    }

    /// Writes a file that only its owner may read, unless `mode` is given.
    private func file(_ text: String, _ mode: Int = 0o600) throws -> String {
        let path = try folder.write(text, to: "secret-\(mode)")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private let empty = BuiltTool.Outcome(
        status: 0, output: "RUN  SHARDS  TOPICS  BLOCKS  DOCUMENTS  FROM\n", error: "")

    // MARK: REDIS_URL

    @Test("REDIS_URL names the server, unless --redis is given")
    func url() async throws {
        let (server, other) = (try RedisServer(), try RedisServer())
        for (server, run) in [(server, "here"), (other, "there")] {
            #expect(try await shard(["--redis", server.address, "--run", run]).status == 0)
        }
        let environment = ["REDIS_URL": server.address]
        let runs = try await list([], environment).output
        #expect(runs.contains("\nhere ") && !runs.contains("\nthere "))
        let others = try await list(["--redis", other.address], environment).output
        #expect(others.contains("\nthere ") && !others.contains("\nhere "))
        let listener = try await BuiltTool.listener.run(
            ["--output", folder("model"), "--poll-interval=0.01"], environment: environment)
        #expect(listener.status == 0)
        #expect(listener.error.contains("listening output=\(folder("model")) redis=\(server.address) run=here"))
        #expect(
            try await list(["--connect-timeout=0.1"], ["REDIS_URL": "127.0.0.1:1"]).error.contains("at 127.0.0.1:1,"))
        #expect(
            try await list([], ["REDIS_URL": "redis://:s3cret@h:x"])
                == .init(
                    status: 64, output: "",
                    error: "dist-lda: the Redis address in REDIS_URL has port \"x\", which is not a number from 1 to "
                        + "65535: give host, host:port, [address]:port, unix:/path or "
                        + "redis://user:password@host:port/database (rediss:// with TLS)\n"))
    }

    @Test("A single shard warns that it ignores REDIS_URL; one of several shards uses it")
    func urlOfAShard() async throws {
        let server = try RedisServer()
        let environment = ["REDIS_URL": server.address]
        let alone = try await shard([], environment)
        #expect(alone.status == 0)
        #expect(
            alone.error.contains("REDIS_URL is ignored, because a single shard needs no server: name one with --redis"))
        #expect(try server.command("DBSIZE") == "0")
        #expect(try WrittenJSON.object(folder("output/run.json"))["redis"] is NSNull)
        #expect(!(try await shard([], ["REDIS_URL": ""])).error.contains("REDIS_URL"))

        let several = try await shard(["--shards=2", "--leave"], environment)
        #expect(several.status == 0)
        #expect(try server.command("EXISTS", "dlda:{data}:run") == "1")
        let nowhere = try await shard(["--shards=2"])
        #expect(nowhere.status == 64)
        #expect(nowhere.lastLine.hasSuffix("needs a Redis server: name it with --redis or in REDIS_URL"))
    }

    // MARK: Passwords

    @Test("The password is read from the file, the address or the environment, in this order")
    func order() async throws {
        let server = try RedisServer()
        try server.command("ACL", "SETUSER", "ann", "on", ">address", "~*", "+@all")
        try server.command("CONFIG", "SET", "requirepass", "file")
        let socket = server.address.dropFirst("unix:".count)
        let password = try file("file\r\nmore\n")
        let wrong = ["DIST_LDA_REDIS_PASSWORD": "wr0ng", "REDISCLI_AUTH": "wr0ng"]
        #expect(try await list(["--redis=unix:\(socket)", "--redis-password-file", password], wrong) == empty)
        #expect(try await list(["--redis=unix://ann:address@\(socket)"], wrong) == empty)
        #expect(
            try await list(
                ["--redis=unix:\(socket)"], ["DIST_LDA_REDIS_PASSWORD": "file", "REDISCLI_AUTH": "wr0ng"]) == empty)
        #expect(try await list(["--redis=unix:\(socket)"], ["REDISCLI_AUTH": "file"]) == empty)
        // A password in REDIS_URL is not on the command line, so a file given there replaces it.
        let url = ["REDIS_URL": "unix://:wr0ng@\(socket)"]
        #expect(try await list(["--redis-password-file", password], url) == empty)
        let refused = try await list(["--redis=unix:\(socket)"], wrong)
        #expect(refused.status == 77 && !refused.error.contains("wr0ng"))
        #expect(
            try await list(["--redis=unix://ann:address@\(socket)", "--redis-password-file", password])
                == .init(
                    status: 64, output: "",
                    error: "dist-lda: --redis and --redis-password-file both give a password: use only one of them\n"))
    }

    @Test("A user without a password is authenticated as that user, not as the default user")
    func nameless() async throws {
        let server = try RedisServer()
        try server.command("ACL", "SETUSER", "open", "on", "nopass", "~*", "+@all")
        try server.command("ACL", "SETUSER", "shut", "on", ">pw", "~*", "+@all")
        let socket = server.address.dropFirst("unix:".count)
        #expect(try await list(["--redis=unix://open@\(socket)"]) == empty)
        let refused = try await list(["--redis=unix://shut@\(socket)"])
        #expect(refused.status == 77)
        #expect(refused.error.contains("the store refuses AUTH (WRONGPASS"))
    }

    @Test("A password file that cannot be used is refused with its name")
    func passwordFiles() async throws {
        func outcome(_ path: String) async throws -> BuiltTool.Outcome {
            try await list(["--redis=127.0.0.1:1", "--redis-password-file", path])
        }
        let absent = folder("absent")
        #expect(
            try await outcome(absent)
                == .init(
                    status: 66, output: "",
                    error: "dist-lda: cannot read --redis-password-file=\(absent) (No such file or directory): "
                        + "check the path and its permissions\n"))
        #expect(try await outcome(folder.path).status == 66)
        #expect(
            try await outcome(file("\ns3cret\n"))
                == .init(
                    status: 65, output: "",
                    error: "dist-lda: the first line of --redis-password-file=\(folder("secret-384")) is empty: "
                        + "put the password there\n"))
        let alone = try await shard(["--redis-password-file", absent])
        #expect(
            alone
                == .init(
                    status: 64, output: "",
                    error: "dist-lda-shard: --redis-password-file is for a Redis server: name one with --redis\n"))
    }

    @Test("An unreadable password file is a permission error", .enabled(if: geteuid() != 0, "root reads all"))
    func closedFile() async throws {
        let outcome = try await list(["--redis=127.0.0.1:1", "--redis-password-file", file("s3cret\n", 0o000)])
        #expect(outcome.status == 77)
        #expect(outcome.error.contains("(Permission denied)"))
    }

    @Test("A password from a file is never shown, and a file that all users can read causes a warning")
    func quiet() async throws {
        let server = try RedisServer("--requirepass", "s3cret")
        let open = try file("s3cret", 0o644)
        let warning =
            "every user of this machine can read --redis-password-file=\(open): restrict access with chmod 600"
        let outcome = try await shard(["--redis", server.address, "--redis-password-file", open])
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("warning \(warning)\n"))
        #expect(
            try await list(["--redis", server.address, "--redis-password-file", open]).error == "dist-lda: \(warning)\n"
        )
        let listener = try await BuiltTool.listener.run(
            [
                "--redis", server.address, "--redis-password-file", open, "--output", folder("model"),
                "--poll-interval=0.01", "--log-format=json",
            ])
        #expect(listener.status == 0)
        for said in [outcome, listener] { #expect(!(said.output + said.error).contains("s3cret")) }
        for line in listener.error.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where folder(name) != open {
            let data = FileManager.default.contents(atPath: folder(name)) ?? Data()
            #expect(!String(decoding: data, as: UTF8.self).contains("s3cret"), "\(name)")
        }
    }
}

import Foundation
import TestSupport
import Testing

@Suite("dist-lda-shard and a store that cannot be used")
struct ShardStoreTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(SmallCorpus(documents: 8).text, to: "data")
    }

    private func arguments(_ redis: String, _ flags: String...) -> [String] {
        [
            "--document", folder("data"), "--redis", redis, "--output", folder("output"), "--topics=2",
            "--iterations=2",
            "--cores=1", "--blocks=2",
        ] + flags
    }

    private func expect(_ outcome: BuiltTool.Outcome, _ status: Int32, _ sentence: String) {
        #expect(outcome == .init(status: status, output: "", error: "dist-lda-shard: \(sentence)\n"))
    }

    @Test(
        "An invalid address is refused, and its password is never shown",
        arguments: [
            "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:text", "[::1", "redis://user:s3cret@host:70000",
            "http://user:s3cret@host", "user:s3cret@host", "redis://:s3cret@host/x", "unix:",
        ])
    func addresses(address: String) async throws {
        let outcome = try await BuiltTool.shard.run(arguments(address))
        #expect(outcome.status == 64)
        #expect(outcome.error.hasPrefix("dist-lda-shard: the Redis address "))
        #expect(outcome.error.split(separator: "\n").count == 1)
        #expect(!outcome.error.contains("s3cret"))
    }

    @Test("The shard gives up after --connect-timeout if the server refuses the connection")
    func refused() async throws {
        expect(
            try await BuiltTool.shard.run(arguments("127.0.0.1:1", "--connect-timeout=1")), 69,
            "gave up after 1.0 seconds waiting for Redis at 127.0.0.1:1, which cannot be reached (Connection refused): "
                + "start the server or check --redis")
    }

    @Test("A missing or wrong password ends the shard at once, and is never shown")
    func passwords() async throws {
        let server = try RedisServer("--requirepass", "s3cret")
        let none = try await BuiltTool.shard.run(arguments(server.address))
        expect(
            none, 77,
            "the store refuses INFO (NOAUTH from Redis at \(server.address)): check the user, the password and the "
                + "user's permissions")
        let environment = ["DIST_LDA_REDIS_PASSWORD": "gu3ss"]
        let wrong = try await BuiltTool.shard.run(arguments(server.address), environment: environment)
        #expect(wrong.status == 77)
        #expect(wrong.error.contains("the store refuses AUTH (WRONGPASS"))
        #expect(!wrong.error.contains("gu3ss"))
        let right = try await BuiltTool.shard.run(
            arguments(server.address), environment: ["DIST_LDA_REDIS_PASSWORD": "s3cret"])
        #expect(right.status == 0)
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let data = FileManager.default.contents(atPath: folder(file)) ?? Data()
            #expect(!String(decoding: data, as: UTF8.self).contains("s3cret"), "\(file)")
        }
        #expect(!(right.output + right.error).contains("s3cret"))
    }

    @Test("If the user lacks the right to a command, the error names the command")
    func rights() async throws {
        let server = try RedisServer()
        try server.command("ACL", "SETUSER", "default", "-hgetall")
        let outcome = try await BuiltTool.shard.run(arguments(server.address))
        #expect(outcome.status == 77)
        #expect(outcome.error.contains("the store refuses HGETALL (NOPERM"))
    }

    @Test(
        "A password in the arguments is hidden in the process list",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/cmdline"), "needs /proc"))
    func processList() async throws {
        let process = try BuiltTool.shard.start(
            arguments("redis://me:s3cret@127.0.0.1:1/2", "--connect-timeout=60"))
        func shown() -> String {
            let data = FileManager.default.contents(atPath: "/proc/\(process.identifier)/cmdline") ?? Data()
            return String(decoding: data, as: UTF8.self)
        }
        try await process.until("the password to be hidden") { shown().contains("redis://me:******@127.0.0.1:1/2") }
        #expect(!shown().contains("s3cret"))
        #expect(process.isRunning)
    }

    @Test(
        "If a key of dist-lda holds another type, the error names the key and the type",
        arguments: ["dlda:{data}:run", "dlda:{data/1}"])
    func wrongType(key: String) async throws {
        let server = try RedisServer()
        try server.command("SET", key, "mine")
        let outcome = try await BuiltTool.shard.run(arguments(server.address))
        #expect(outcome.status == 78)
        #expect(
            outcome.error.split(separator: "\n").last?.hasPrefix(
                "dist-lda-shard: key \(key) in Redis at \(server.address) holds a string instead of a hash: ")
                == true,
            "\(outcome.error)")
        #expect(try server.command("GET", key) == "mine")
    }

    @Test("A server that is not Redis is recognised by its replies")
    func notRedis() async throws {
        let server = try FakeServer(saying: ["HTTP/1.1 400 Bad Request\r\n\r\n"])
        let outcome = try await BuiltTool.shard.run(arguments("127.0.0.1:\(server.port)"))
        #expect(outcome.status == 76)
        #expect(outcome.error.hasPrefix("dist-lda-shard: what answers at 127.0.0.1:\(server.port) is not Redis"))
        #expect(outcome.error.contains("HTTP/1.1 400"))
    }

    @Test(
        "The shard gives up after three invalid replies in a row",
        arguments: ["*1000000000\r\n", "?\r\n"])
    func garbled(reply: String) async throws {
        let server = try FakeServer(saying: FakeServer.introduction + [reply])
        let outcome = try await BuiltTool.shard.run(arguments("127.0.0.1:\(server.port)"))
        #expect(outcome.status == 69)
        #expect(outcome.error.contains("Redis at 127.0.0.1:\(server.port), which sends invalid replies"))
    }

    @Test("A server that is too old is refused, and the error names the version that is needed")
    func tooOld() async throws {
        let server = try FakeServer(
            saying: [FakeServer.bulk("redis_version:4.0.14\r\n") + FakeServer.bulk("maxmemory:0\r\n") + "+PONG\r\n"])
        expect(
            try await BuiltTool.shard.run(arguments("127.0.0.1:\(server.port)")), 78,
            "Redis at 127.0.0.1:\(server.port) is version 4.0.14: use version 5 or later")
    }

    @Test("The shard gives up after --connect-timeout if the host is unknown")
    func unknownHost() async throws {
        let outcome = try await BuiltTool.shard.run(arguments("no-such-host.invalid", "--connect-timeout=0.5"))
        #expect(outcome.status == 69)
        #expect(outcome.error.contains("waiting for Redis at no-such-host.invalid:6379, which cannot be reached"))
    }

    @Test("An outage during the run that is longer than allowed ends the shard")
    func longOutage() async throws {
        let server = try RedisServer()
        let process = try BuiltTool.shard.start(
            arguments(server.address, "--max-outage=0.2", "--iterations=1000000000"))
        try await process.until("a sweep") { try !WrittenJSON.lines(folder("output/metrics.jsonl")).isEmpty }
        server.kill()
        let outcome = try await process.outcome()
        #expect(outcome.status == 75)
        #expect(outcome.error.contains("longer than --max-outage allows"))
        let record = try WrittenJSON.object(folder("output/run.json"))
        #expect(record["state"] as? String == "failed")
        #expect((record["error"] as? String)?.contains("longer than --max-outage allows") == true)
    }
}

import Foundation
import TestSupport
import Testing

@Suite("The tools and Redis over TLS", .enabled(if: Certificates.areToBeHad, Comment(rawValue: Certificates.needs)))
struct RedisTLSToolTests {
    private let folder: TemporaryDirectory
    private let corpus = SmallCorpus()
    private let certificates: Certificates

    init() throws {
        folder = try TemporaryDirectory()
        certificates = try Certificates()
        try folder.write(corpus.text, to: "data")
    }

    private func shard(_ number: Int, _ flags: [String]) -> [String] {
        [
            "--document", folder("data"), "--output", folder("output"), "--shards=2", "--this-shard=\(number)",
            "--topics=4", "--iterations=3", "--cores=1", "--blocks=4",
        ] + flags
    }

    @Test("Two shards and a listener work over TLS, as a user and with client certificates")
    func cluster() async throws {
        let server = try TLSRedisServer(
            certificates.issue("server", to: "DNS:localhost"), clientsOf: certificates.file)
        try server.server.command("ACL", "SETUSER", "ann", "on", ">s3cret", "~dlda:*", "+@all")
        let client = try certificates.issue("client", to: "DNS:client")
        let flags = [
            "--redis=rediss://ann:s3cret@localhost:\(server.port)/3", "--redis-cacert", certificates.file,
            "--redis-cert",
            client.certificate, "--redis-key", client.key,
        ]
        let shards = try (0..<2).map { try BuiltTool.shard.start(shard($0, flags)) }
        let listener = try BuiltTool.listener.start(
            flags + ["--run=data", "--write-every=1", "--poll-interval=0.01", "--output", folder("output")])
        try await (shards + [listener]).succeed()
        let paths = try ModelDump.paths(in: folder("output"))
        #expect(!paths.isEmpty)
        for path in paths { #expect(try ModelDump(path: path).wordTotals == corpus.wordTotals) }
        #expect(listener.error.contains("redis=\"rediss://localhost:\(server.port) database 3\" run=data"))
        let record = try WrittenJSON.object(folder("output/shard-1/run.json"))
        #expect(record["redis"] as? String == "rediss://localhost:\(server.port) database 3")
        for process in shards + [listener] { #expect(!(process.output + process.error).contains("s3cret")) }
        #expect(try server.server.command("-n", "3", "EXISTS", "dlda:{data}:run") == "1")
        #expect(try server.server.command("ACL", "LOG") == "", "no command was refused")
    }

    @Test("If the server cannot be verified, every tool ends at once with 78")
    func refusals() async throws {
        let server = try TLSRedisServer(certificates.issue("server", to: "DNS:localhost"))
        let place = "rediss://127.0.0.1:\(server.port)"
        let sentence =
            "Redis at \(place) has a certificate for \"DNS:localhost\", but not for 127.0.0.1: use a name from the "
            + "certificate in --redis, or give the server a certificate for 127.0.0.1"
        let flags = [
            "--redis=rediss://:s3cret@127.0.0.1:\(server.port)", "--redis-cacert", certificates.file,
            "--connect-timeout=60",
        ]
        for (tool, arguments) in [
            (BuiltTool.shard, shard(0, flags)), (.listener, ["--output", folder("output")] + flags),
            (.main, ["store", "status"] + flags),
        ] {
            #expect(
                try await tool.run(arguments) == .init(status: 78, output: "", error: "\(tool.name): \(sentence)\n"))
        }
        let unknown = try await BuiltTool.main.run("store", "status", "--redis=rediss://localhost:\(server.port)")
        #expect(unknown.status == 78)
        #expect(
            unknown.error.contains("of an authority that is not trusted here")
                && unknown.error.contains("--redis-cacert"))
    }

    @Test("If the server gets an invalid certificate during a run, the shard ends; with a valid one it continues")
    func renewal() async throws {
        let server = try TLSRedisServer(certificates.issue("server", to: "DNS:localhost"))
        let process = try BuiltTool.shard.start(
            shard(0, ["--redis", server.address(), "--redis-cacert", certificates.file, "--iterations=1000000000"]))
        func sweeps() throws -> Int { try WrittenJSON.lines(folder("output/shard-0/metrics.jsonl")).count }
        try await process.until("a sweep") { try sweeps() > 0 }
        func exchange(for days: Int) throws {
            let pair = try certificates.issue("server", to: "DNS:localhost", days: days)
            #expect(
                try server.server.command("CONFIG", "SET", "tls-cert-file", pair.certificate, "tls-key-file", pair.key)
                    == "OK")
            try server.server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        }
        try exchange(for: 2)
        let before = try server.server.command("HGET", "dlda:{data}:shards", "h/0")
        try await process.until("a report after that") {
            try server.server.command("HGET", "dlda:{data}:shards", "h/0") != before
        }
        #expect(process.isRunning)
        try exchange(for: -1)
        let outcome = try await process.outcome()
        #expect(outcome.status == 78)
        #expect(outcome.lastLine.contains("not valid now (certificate has expired)"))
    }

    @Test("Contradictory flags are refused")
    func usage() async throws {
        func sentence(_ flags: String...) async throws -> String {
            let outcome = try await BuiltTool.main.run(["store", "status"] + flags)
            #expect(outcome.status == 64)
            return outcome.error
        }
        #expect(
            try await sentence("--redis=127.0.0.1:1", "--redis-cacert", certificates.file)
                == "dist-lda: --redis-cacert is for TLS, but 127.0.0.1:1 does not use it: use rediss://\n")
        #expect(
            try await sentence("--redis=rediss://127.0.0.1:1", "--redis-cert", certificates.file)
                == "dist-lda: --redis-cert and --redis-key belong together: give both or neither\n")
        let absent = try await BuiltTool.main.run(
            "store", "status", "--redis=rediss://127.0.0.1:1", "--redis-cacert=/no/such/file")
        #expect(absent.status == 66)
        #expect(absent.error.hasPrefix("dist-lda: cannot read --redis-cacert=/no/such/file (No such file"))
    }
}

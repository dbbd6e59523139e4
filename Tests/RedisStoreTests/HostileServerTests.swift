import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("a server that is not, or no longer, a working Redis")
struct HostileServerTests {
    private func store(_ server: FakeServer, timeout: Duration = .seconds(10)) throws -> RedisCountStore {
        RedisCountStore(
            run: try RunName("r"), at: RedisServers(RedisAddress(.tcp(host: "127.0.0.1", port: server.port))),
            replyTimeout: timeout)
    }

    private func error(_ body: () throws -> Void) -> CountStoreError? {
        do { try body() } catch { return error as? CountStoreError }
        return nil
    }

    @Test(
        "another kind of server is refused, quoting its reply",
        arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "ERROR\r\n"])
    func notRedis(greeting: String) throws {
        let server = try FakeServer(saying: [greeting])
        let store = try store(server)
        let thrown = error { try store.connect(timeout: .seconds(5)) }
        guard case .incompatible(let reason) = thrown else {
            Issue.record("\(String(describing: thrown))")
            return
        }
        #expect(reason.contains("127.0.0.1:\(server.port)"))
        #expect(reason.contains(String(greeting.debugDescription.dropFirst().prefix(3))))
        #expect(server.connections == 1, "trying again would not help")
    }

    @Test("a server that answers with a TLS alert is recognized")
    func tls() throws {
        let server = try FakeServer(saying: ["\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{46}"])
        let store = try store(server)
        #expect(
            error { try store.connect(timeout: .seconds(5)) }
                == .misconfigured(
                    reason:
                        "Redis at 127.0.0.1:\(server.port) accepts only TLS: use rediss:// in its address"
                ))
    }

    @Test("a type of value that is not a single word is not quoted")
    func type() throws {
        let server = try FakeServer(saying: FakeServer.introduction + ["-WRONGTYPE x\r\n", "$3\r\na\nb\r\n"])
        guard let thrown = error({ _ = try store(server).documents(ofShard: 0) }) else {
            Issue.record("no error")
            return
        }
        #expect("\(thrown)".contains("value of another type") && !"\(thrown)".contains("\n"), "\(thrown)")
    }

    @Test("an error about a connection that is closed at once mentions TLS")
    func closedAtOnce() throws {
        let server = try FakeServer(saying: [])
        let store = try store(server)
        #expect(
            error { _ = try store.manifest() }
                == .unavailable(
                    reason:
                        "waiting for Redis at 127.0.0.1:\(server.port), which closed the connection without sending "
                        + "anything (if it accepts only TLS, use rediss:// in its address)"))
    }

    @Test(
        "the store gives up after three invalid replies, each on a new connection",
        arguments: [
            "*1000000000\r\n", "$9223372036854775807\r\n", "$536870913\r\n", "*99999999999999999999\r\n", "*-2\r\n",
            "$x\r\n", "$3\r\nabcde\r\n", ":\r\n", "?\r\n", "+OK\rX", "*6\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
            "*1048575\r\n*2\r\n", "+" + String(repeating: "x", count: 70_000), "*1\r\n:1\r\n", ":7\r\n", "$-1\r\n",
            "+OK\r\n",
        ])
    func garbled(reply: String) throws {
        let server = try FakeServer(saying: FakeServer.introduction + [reply])
        let store = try store(server)
        for attempt in 1...3 {
            let thrown = error { _ = try store.manifest() }
            switch thrown {
            case .unavailable(let reason) where attempt < 3, .garbled(let reason) where attempt == 3:
                #expect(reason.contains("127.0.0.1:\(server.port)") && reason.contains("invalid"))
            default: Issue.record("attempt \(attempt): \(String(describing: thrown))")
            }
            #expect(server.connections == attempt)
        }
    }

    @Test(
        "a truncated reply is an outage, and the error names the server",
        arguments: ["*4\r\n$2\r\nid", "$5\r\nab", "*", ""])
    func cut(reply: String) throws {
        let server = try FakeServer(saying: FakeServer.introduction + [reply])
        let store = try store(server)
        for _ in 0..<4 {
            #expect(
                error { _ = try store.manifest() }
                    == .unavailable(
                        reason: "waiting for Redis at 127.0.0.1:\(server.port), which closed the connection"))
        }
    }

    @Test("the last error of a server before it closes the connection is reported")
    func lastWords() throws {
        let server = try FakeServer(saying: ["-ERR max number of clients reached\r\n"])
        let store = try store(server)
        #expect(
            error { _ = try store.manifest() }
                == .unavailable(
                    reason: "waiting for Redis at 127.0.0.1:\(server.port), which refuses the connection: "
                        + "ERR max number of clients reached"))
        let guarded = try FakeServer(saying: ["-DENIED Redis is running in protected mode because ...\r\n"])
        let denied = error { _ = try self.store(guarded).manifest() }
        let sentence = "DENIED Redis is running in protected mode because , at 127.0.0.1:\(guarded.port)"
        guard case .denied(_, sentence, _) = denied else {
            Issue.record("\(String(describing: denied)) must name the protected mode")
            return
        }
    }

    @Test("a server that stops answering is waited for until the timeout, and then its connection is dropped")
    func silence() throws {
        // The server has more replies, but waits for bytes that are never sent.
        let server = try FakeServer(saying: FakeServer.introduction + ["*4\r\n$2\r\nid\r\n", "never"])
        let store = try store(server, timeout: .milliseconds(200))
        for attempt in 1...2 {
            #expect(
                error { _ = try store.manifest() }
                    == .unavailable(
                        reason: "waiting for Redis at 127.0.0.1:\(server.port), which has not answered for 0.2 seconds")
            )
            #expect(server.connections == attempt)
        }
    }

    @Test(
        "an unsuitable server is refused, with advice",
        arguments: [
            ("redis_version:4.0.14\r\n", "maxmemory:0\r\n", "version 4.0.14"),
            ("redis_git:1\r\n", "maxmemory:0\r\n", "which version"),
            (
                "redis_version:7.2.0\r\n", "maxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\n",
                "config set maxmemory-policy noeviction"
            ),
        ])
    func unfit(server information: String, memory: String, word: String) throws {
        let server = try FakeServer(saying: [FakeServer.bulk(information) + FakeServer.bulk(memory) + "+PONG\r\n"])
        switch error({ _ = try self.store(server).manifest() }) {
        case .incompatible(let reason), .misconfigured(let reason): #expect(reason.contains(word))
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test(
        "temporary states of a server are waited for, and the error quotes its message",
        arguments: [
            "LOADING Redis is loading the dataset in memory", "BUSY Redis is busy running a script.",
            "OOM command not allowed when used memory > 'maxmemory'.",
            "READONLY You can't write against a read only replica.",
            "MISCONF Redis is configured to save RDB snapshots", "MASTERDOWN Link with MASTER is down", "TRYAGAIN x",
            "CLUSTERDOWN The cluster is down",
            "ERR Error running script (call to f_1): @user_script:1: OOM command not allowed",
        ])
    func passing(state: String) throws {
        let server = try FakeServer(saying: FakeServer.introduction + ["-\(state)\r\n", "*0\r\n"])
        let store = try store(server)
        #expect(
            error { _ = try store.manifest() }
                == .unavailable(
                    reason: "waiting for Redis at 127.0.0.1:\(server.port), which refuses HGETALL: \(state)"))
        #expect(try store.manifest() == nil, "and the connection can still be used")
        #expect(server.connections == 1)
    }

    @Test(
        "a manifest with an invalid field is refused, and the error names the field",
        arguments: [
            ("blocks", "-1"), ("blocks", "65537"), ("topics", "0"), ("topics", "65537"), ("shards", "-7"),
            ("lease", "nan"), ("lease", "-1"),
        ])
    func absurdManifest(field: String, value: String) throws {
        var fields = [
            "id": "0000000000000007", "format": "\(RunManifest.formatVersion)", "topics": "2", "alpha": "0.1",
            "beta": "0.1", "seed": "1", "blocks": "3", "shards": "1", "cores": "1", "corpus": "0000000000000001",
            "documents": "2", "lease": "10.0",
        ]
        fields[field] = value
        let reply = "*\(fields.count * 2)\r\n" + fields.map { FakeServer.bulk($0) + FakeServer.bulk($1) }.joined()
        let server = try FakeServer(saying: FakeServer.introduction + [reply])
        guard case .misconfigured(let reason)? = error({ _ = try self.store(server).manifest() }) else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains(field) && reason.contains(value))
    }

    @Test("numbers that are too large for a sum are invalid, or are limited")
    func absurdNumbers() throws {
        let most = ":\(Int64.max)\r\n"
        let removing = try FakeServer(
            saying: FakeServer.introduction + ["*4\r\n$6\r\nblocks\r\n$1\r\n2\r\n$6\r\nshards\r\n$1\r\n1\r\n"]
                + Array(repeating: FakeServer.bulk(String(repeating: "a", count: 40)) + most + most, count: 2))
        guard case .unavailable? = error({ _ = try self.store(removing).removeRun() }) else {
            Issue.record("not refused")
            return
        }
        let lines = "used_memory:\(Int.max)\r\n"
        let telling = try FakeServer(
            saying: FakeServer.introduction + [
                FakeServer.bulk(lines + lines) + FakeServer.bulk("cmdstat_get:calls=\(Int.max),usec=-5\r\n")
                    + FakeServer.bulk("cmdstat_get:calls=7\r\n"), FakeServer.bulk(String(repeating: "a", count: 40)),
                ":1\r\n", ":2\r\n:3\r\n:4\r\n:5\r\n" + String(repeating: ":1\r\n", count: WordCounts.parts),
            ])
        let manifest = RunManifest(
            document: "d", topics: 2, alpha: 1, beta: 1, seed: 1, blocks: 1, shards: 1, cores: 1, corpusDigest: 1,
            documents: 1)
        let usage = try store(telling).usage(of: manifest)
        #expect(usage.usedBytes == .max && usage.runBytes == 15 + WordCounts.parts)
        #expect(usage.commands.map(\.calls) == [.max] && usage.commands.map(\.microseconds) == [0])
    }

    @Test("a progress with a negative number of sweeps is ignored")
    func absurdSweep() throws {
        func statuses(sweep: Int) throws -> [ShardStatus] {
            let progress = ShardProgress(shard: 0, iterations: 9, documents: 1, tokens: 1, host: "h", process: 1)
            let json = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
                .replacingOccurrences(of: "\"sweep\":0", with: "\"sweep\":\(sweep)")
            let fields = ["0", json, "g/0", "7", "h/0", "1000"].map(FakeServer.bulk).joined()
            let server = try FakeServer(
                saying: FakeServer.introduction + [
                    "*6\r\n" + fields + "*2\r\n" + FakeServer.bulk("2") + FakeServer.bulk("5")
                ])
            return try store(server).statuses()
        }
        #expect(try statuses(sweep: 3).map(\.progress.sweep) == [3])
        #expect(try statuses(sweep: -3).isEmpty)
    }

    @Test("an invalid time of the server is an invalid reply", arguments: ["inf", "1e300", "nan", "-1"])
    func absurdClock(seconds: String) throws {
        let server = try FakeServer(
            saying: FakeServer.introduction + ["*0\r\n*2\r\n" + FakeServer.bulk(seconds) + FakeServer.bulk("1")])
        guard case .unavailable? = error({ _ = try self.store(server).statuses() }) else {
            Issue.record("not refused")
            return
        }
    }
}

import Counts
import Foundation
import RedisStore
import Synchronization
import TestSupport
import Testing

@Suite("faults of a real Redis")
struct RedisServerFaultTests {
    private func store(_ server: RedisServer, _ user: String? = nil, _ password: String? = nil) throws
        -> RedisCountStore
    {
        var address = try RedisAddress(parsing: server.address)
        address.user = user.map { Array($0.utf8) }
        address.password = password.map { RedisAddress.Password($0.utf8) }
        return RedisCountStore(run: try RunName("r"), at: address)
    }

    private func error(_ body: () throws -> Void) -> CountStoreError? {
        do { try body() } catch { return error as? CountStoreError }
        return nil
    }

    private let firstWrite = BlockWrite(
        block: 0, shard: 0, basis: BlockBasis(), change: .replace([1], version: .unique()), contribution: [2],
        tag: ContributionTag(generation: Generation(1), sweep: 0), words: [0])

    @Test("after kill -9 and a restart, the next calls find a new, empty server")
    func restart() throws {
        let server = try RedisServer()
        let store = try store(server)
        #expect(try store.write([firstWrite]) == [.stored])
        server.kill()
        guard case .unavailable = error({ _ = try store.write([firstWrite]) }) else {
            Issue.record("there is no server to write to")
            return
        }
        #expect(error { _ = try store.manifest() }.map { "\($0)".contains("waiting for Redis at unix:") } == true)
        try server.start()
        try store.connect(timeout: .seconds(10))
        #expect(try store.records(of: 0..<1) == [BlockRecord()])
        #expect(try store.write([firstWrite]) == [.stored], "scripts are loaded again")
    }

    private enum Loss: CaseIterable { case killed, emptied, blockDeleted }

    /// A shard that consists only of its ledger.
    private final class Player: Sendable {
        static let blocks = 0..<8
        private let store: RedisCountStore
        private let ledger: Mutex<ShardLedger>

        init(shard: Int, in store: RedisCountStore) {
            self.store = store
            ledger = Mutex(
                ShardLedger(shard: shard, generation: Generation(1), columns: 2, blocks: Self.blocks.count) { block in
                    ["a", "b"].map { Array("\($0)\(block)\(shard % 2)".utf8) }
                })
        }

        /// Exchanges every block once, with 8 tokens each. Returns false if the server does not answer.
        func exchange(_ sweep: Int) throws(CountStoreError) -> Bool {
            let rows = SparseRows(dense: [[UInt32(sweep % 5), UInt32(5 - sweep % 5)], [3, 0]])
            var open = Set(Self.blocks)
            while !open.isEmpty {
                let own = open.map { ShardLedger.OwnRows(block: $0, rows: rows) }
                do throws(CountStoreError) {
                    let done = try ledger.withLock { ledger throws(CountStoreError) in
                        try ledger.exchange(own, sweep: sweep, with: store)
                    }
                    open.subtract(done.map { $0.block })
                } catch .unavailable {
                    return false
                }
            }
            return true
        }
    }

    @Test("whatever a server loses while shards exchange is restored after two exchanges of each shard")
    func twoExchanges() throws {
        var trial = FaultTrial("two-exchanges", runs: 6)
        let server = try RedisServer()
        let players = try (0..<3).map { Player(shard: $0, in: try store(server)) }
        var sweep = 0
        while trial.next() {
            let (loss, pause) = (Loss.allCases.randomElement(using: &trial.random), trial.random.next() % 20_000)
            let results = inThreads(players.count + 1) { [sweep] thread -> Result<Void, any Error> in
                Result {
                    if thread < players.count {
                        for round in 0..<10 { if try !players[thread].exchange(sweep + round) { break } }
                        return
                    }
                    usleep(UInt32(pause))
                    switch loss {
                    case .emptied: try server.wipe()
                    case .blockDeleted: try server.command("DEL", "dlda:{r/\(pause % 8)}")
                    default: server.kill()
                    }
                }
            }
            for result in results { try result.get() }
            if loss == .killed { try server.start() }
            for round in 10..<12 {
                let results = inThreads(players.count) { [sweep] shard -> Result<Void, any Error> in
                    // The first call may find that its connection has been closed.
                    Result { while try !players[shard].exchange(sweep + round) {} }
                }
                for result in results { try result.get() }
            }
            sweep += 12
            for (block, record) in zip(Player.blocks, try store(server).records(of: Player.blocks)) {
                let amounts = try VerifiedBlock(record, block: block, columns: 2).amounts
                #expect(amounts == [0: 8, 1: 8, 2: 8], "run \(trial.done)")
            }
        }
        trial.report("each complete")
    }

    @Test("scripts that a server has discarded are loaded again in the same call")
    func scriptFlush() throws {
        let server = try RedisServer()
        let store = try store(server)
        #expect(try store.write([firstWrite]) == [.stored])
        try server.command("SCRIPT", "FLUSH")
        #expect(try store.write([firstWrite]) == [.conflict])
        #expect(try store.claim(shard: 0, proposed: Generation(3)) == Generation(3))
    }

    @Test("connecting fails if the server has not started when the time is over")
    func absent() throws {
        let server = try RedisServer()
        let store = try store(server)
        server.kill()
        guard case .unavailable(let reason) = error({ try store.connect(timeout: .milliseconds(300)) }) else {
            Issue.record("there is no server")
            return
        }
        #expect(reason.contains(server.address) && reason.contains("cannot be reached"))
    }

    @Test("connecting waits for a server that starts late")
    func late() throws {
        let server = try RedisServer()
        let store = try store(server)
        server.kill()
        let results = inThreads(2) { index -> Bool in
            if index == 0 { return (try? store.connect(timeout: .seconds(20))) != nil }
            return (try? server.start()) != nil
        }
        #expect(results == [true, true])
    }

    @Test("a wrong, missing or unnecessary password is denied and not shown", arguments: ["wrong-hunter2", nil])
    func password(given: String?) throws {
        let server = try RedisServer("--requirepass", "hunter2")
        let thrown = error { _ = try store(server, nil, given).manifest() }
        guard case .denied(let command, let reason, _) = thrown else {
            Issue.record("\(String(describing: thrown))")
            return
        }
        #expect(command == (given == nil ? "INFO" : "AUTH"))
        #expect(reason.contains(server.address) && !reason.contains("hunter2"))
        #expect(try store(server, nil, "hunter2").manifest() == nil)
        #expect(try store(server, "default", "hunter2").manifest() == nil)
        let open = try RedisServer()
        guard case .denied = error({ _ = try store(open, nil, given ?? "hunter2").manifest() }) else {
            Issue.record("a password where none is set")
            return
        }
    }

    @Test("the error for a user without permission names the command")
    func rights() throws {
        let server = try RedisServer()
        try server.command(
            "ACL", "SETUSER", "reader", "on", ">pw", "~dlda:*", "+@read", "+info", "+ping", "+time",
            "+script|load", "+evalsha")
        try server.command("ACL", "SETUSER", "stranger", "on", ">pw", "~other:*", "+@all")
        try server.command("ACL", "SETUSER", "guest", "on", ">pw", "~*", "+ping")
        _ = try store(server).write([firstWrite])
        let reader = try store(server, "reader", "pw")
        #expect(try reader.records(of: 0..<1)[0].version == firstWrite.version, "a listener need not write")
        #expect(try reader.statuses() == [])
        let reason = "NOPERM from Redis at \(server.address)"
        #expect(
            error { _ = try reader.write([firstWrite]) } == .denied(command: "SET", reason: reason))
        #expect(
            error { _ = try store(server, "stranger", "pw").manifest() } == .denied(command: "HGETALL", reason: reason))
        #expect(error { _ = try store(server, "guest", "pw").manifest() } == .denied(command: "INFO", reason: reason))
    }

    @Test("the error for a key of another type contains its name and its type")
    func wrongType() throws {
        let server = try RedisServer()
        try server.command("SET", "dlda:{r/0}", "mine")
        try server.command("RPUSH", "dlda:{r}:shards", "mine")
        try server.command("SADD", "dlda:{r}:run", "mine")
        try server.command("RPUSH", "dlda:{r/1}:n", "mine")
        try server.command("SET", "dlda:{s}:pace", "mine")
        let store = try store(server)
        let other = RedisCountStore(run: try RunName("s"), at: try RedisAddress(parsing: server.address))
        let progress = ShardProgress(shard: 0, iterations: 1, documents: 1, tokens: 1, host: "h", process: 1)
        let calls: [(String, String, () throws -> Void)] = [
            ("dlda:{r/0}", "string", { _ = try store.write([self.firstWrite]) }),
            ("dlda:{r/0}", "string", { _ = try store.read([BlockRequest(block: 0, shard: 0)]) }),
            ("dlda:{r/0}", "string", { _ = try store.records(of: 0..<1) }),
            ("dlda:{r}:shards", "list", { _ = try store.claim(shard: 0, proposed: Generation(1)) }),
            ("dlda:{r}:shards", "list", { _ = try store.statuses() }),
            ("dlda:{r}:run", "set", { _ = try store.manifest() }),
            ("dlda:{r/1}:n", "list", { _ = try store.read([BlockRequest(block: 1, shard: 0)]) }),
            ("dlda:{s}:pace", "string", { try other.report(progress, generation: Generation(1)) }),
            ("dlda:{s}:pace", "string", { _ = try other.pace(deadAfter: 1) }),
        ]
        for (key, type, call) in calls {
            guard case .misconfigured(let reason) = error(call) else {
                Issue.record("\(key) belongs to another program")
                continue
            }
            #expect(reason.contains(key) && reason.contains("holds a \(type)") && reason.contains("--run"))
        }
        #expect(try server.command("GET", "dlda:{r/0}") == "mine")
    }

    @Test("a store waits for a full server, and a refused write changes nothing")
    func full() throws {
        let server = try RedisServer()
        let store = try store(server)
        _ = try store.write([firstWrite])
        try server.command("CONFIG", "SET", "maxmemory", "1")
        var second = firstWrite
        second.basis = try store.basis()
        second.change = .replace([1], version: .unique())
        guard case .unavailable(let reason) = error({ _ = try store.write([second]) }) else {
            Issue.record("there is no memory to write to")
            return
        }
        #expect(reason.contains("OOM"))
        #expect(try store.records(of: 0..<1)[0].version == firstWrite.version)
        try server.command("CONFIG", "SET", "maxmemory", "0")
        #expect(try store.write([second]) == [.stored])
    }

    @Test("a server that may evict keys, or does not have the database, is refused with advice")
    func settings() throws {
        let server = try RedisServer("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
        guard case .misconfigured(let policy) = error({ _ = try store(server).manifest() }) else {
            Issue.record("it may delete blocks")
            return
        }
        #expect(policy.contains("allkeys-lru") && policy.contains("config set maxmemory-policy noeviction"))
        try server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
        #expect(try store(server).manifest() == nil)
        let address = try RedisAddress(parsing: server.address, database: 99)
        guard
            case .misconfigured(let database) = error({
                _ = try RedisCountStore(run: RunName("r"), at: address).manifest()
            })
        else {
            Issue.record("there is no database 99")
            return
        }
        #expect(database.contains("database 99"))
    }

    @Test("databases are separate")
    func databases() throws {
        let server = try RedisServer()
        _ = try store(server).write([firstWrite])
        let other = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: server.address, database: 3))
        #expect(try other.records(of: 0..<1) == [BlockRecord()])
        #expect(try other.write([firstWrite]) == [.stored])
        #expect(try other.removeRun())
        #expect(try store(server).removeRun())
    }

    @Test("a value that is too large for Redis is refused before it is sent")
    func tooLong() throws {
        let server = try RedisServer()
        let store = try store(server)
        var write = firstWrite
        write.change = .replace([UInt8](repeating: 1, count: 512 << 20 + 1), version: .unique())
        guard case .misconfigured(let reason) = error({ _ = try store.write([write]) }) else {
            Issue.record("the value is too long")
            return
        }
        #expect(reason.contains("dlda:{r/0}") && reason.contains("--blocks"))
        #expect(try store.write([firstWrite]) == [.stored])
    }

    @Test("runs are found by their manifests")
    func runs() throws {
        let server = try RedisServer()
        let store = try store(server)
        #expect(try store.runs() == [])
        try server.command("HSET", "dlda:{b.gz}:run", "id", "0")
        try server.command("HSET", "dlda:{a}:run", "id", "0")
        try server.command("HSET", "dlda:{a}:shards", "0", "")
        try server.command("SET", "dlda:{no way}:run", "")
        #expect(try store.runs().map(\.text) == ["a", "b.gz"])
    }
}

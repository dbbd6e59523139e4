import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("a run on several servers")
struct ServerListTests {
    private let servers: [RedisServer]
    private let manifest = RunManifest(
        document: "d", topics: 2, alpha: 0.1, beta: 0.1, seed: 1, blocks: 6, shards: 3, cores: 1, corpusDigest: 1,
        documents: 3)

    init() throws {
        servers = try (0..<3).map { _ in try RedisServer() }
    }

    private func store(_ addresses: [String]) throws -> RedisCountStore {
        RedisCountStore(run: try RunName("r"), at: try RedisServers(parsing: addresses.joined(separator: ",")))
    }

    private func store(_ numbers: Int...) throws -> RedisCountStore { try store(numbers.map { servers[$0].address }) }

    private func fill(_ store: RedisCountStore) throws {
        for shard in 0..<3 {
            let generation = try store.claim(shard: shard, proposed: Generation(1))
            try store.publish(documents: [1], chunk: 0, ofShard: shard, generation: generation)
        }
        for block in 0..<6 {
            let write = BlockWrite(
                block: block, shard: 0, basis: BlockBasis(), change: .replace([1], version: .unique()),
                contribution: [2],
                tag: ContributionTag(generation: Generation(1), sweep: 0), words: [0])
            #expect(try store.write([write]) == [.stored])
        }
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do { try body() } catch CountStoreError.misconfigured(let reason) { return reason } catch {
            Issue.record(error)
        }
        return nil
    }

    private func keys(_ server: Int) throws -> Set<String> {
        Set(try servers[server].command("KEYS", "*").split(separator: "\n").map(String.init))
    }

    @Test("every key is on the documented server, and no key remains of a removed run")
    func places() throws {
        let store = try store(0, 1, 2)
        _ = try store.create(manifest, replacing: nil)
        try fill(store)
        func own(_ server: Int) -> Set<String> {
            Set(
                ["dlda:{r}:run", "dlda:{r/d/\(server)}"]
                    + [server, server + 3].flatMap { block in
                        ["", ":n", ":c/0"].map { "dlda:{r/\(block)}\($0)" }
                    })
        }
        #expect(try keys(0) == own(0).union(["dlda:{r}:shards"]))
        #expect(try keys(1) == own(1))
        #expect(try keys(2) == own(2))
        for server in 0..<3 {
            #expect(try servers[server].command("HGET", "dlda:{r}:run", "server") == "\(server + 1) of 3")
            #expect(try servers[server].command("HGET", "dlda:{r}:run", "topics") == "2")
        }
        #expect(try store.runs().map(\.text) == ["r"])
        #expect(try store.removeRun())
        for server in 0..<3 { #expect(try keys(server) == []) }
    }

    @Test("a run is removed from every server even if its manifest is damaged")
    func removedByPattern() throws {
        let store = try store(0, 1, 2)
        _ = try store.create(manifest, replacing: nil)
        try fill(store)
        for server in servers {
            try server.command("HSET", "dlda:{r}:run", "blocks", "many")
            try server.command("SET", "dlda:{r2/1}", "mine")
        }
        #expect(throws: CountStoreError.self) { try store.manifest() }
        #expect(try store.removeRun())
        for server in 0..<3 { #expect(try keys(server) == ["dlda:{r2/1}"]) }
    }

    @Test(
        "any other list is refused, the error shows both lists, and nothing is changed",
        arguments: [[1, 0, 2], [0, 1], [2], [0, 2, 1], [1, 2]])
    func otherList(numbers: [Int]) throws {
        let first = try store(0, 1, 2)
        _ = try first.create(manifest, replacing: nil)
        let before = try (0..<3).map { try keys($0) }
        let other = try store(numbers.map { servers[$0].address })
        for call in [
            { _ = try other.manifest() }, { _ = try other.create(manifest, replacing: nil) },
            { _ = try other.create(manifest, replacing: manifest.id) }, { _ = try other.removeRun() },
        ] as [() throws -> Void] {
            let reason = try #require(refusal(call))
            #expect(reason.contains("kept by \(first.servers)") && reason.contains("--redis names \(other.servers)"))
        }
        #expect(try (0..<3).map { try keys($0) } == before)
        #expect(try first.manifest() == manifest)
    }

    @Test("a foreign server in the place of one of the servers is refused", arguments: 0..<3)
    func stranger(place: Int) throws {
        let first = try store(0, 1, 2)
        _ = try first.create(manifest, replacing: nil)
        let stranger = try RedisServer()
        var addresses = servers.map(\.address)
        addresses[place] = stranger.address
        let other = try store(addresses)
        let reason = try #require(refusal { _ = try other.manifest() })
        #expect(reason.contains("number \(place + 1) (\(stranger.address)) does not know that run"))
        #expect(try stranger.command("DBSIZE") == "0")
    }

    @Test("a list that was used before the other servers knew the run is detected at the next report")
    func race() throws {
        let home = try RedisServer()
        let (first, second) = (try store(0, 1, 2), try store([home.address, servers[1].address, servers[2].address]))
        _ = try first.create(manifest, replacing: nil)
        var stranger = manifest
        stranger.id += 1
        #expect(refusal { _ = try second.create(stranger, replacing: nil) } != nil)
        #expect(try first.create(manifest, replacing: nil) == manifest)
    }

    @Test("servers may have other names elsewhere, and what one has lost is restored by stores that know it")
    func otherNames() throws {
        let folder = try TemporaryDirectory()
        for (number, server) in servers.enumerated() {
            try FileManager.default.createSymbolicLink(
                atPath: folder("\(number)"), withDestinationPath: String(server.address.dropFirst(5)))
        }
        let first = try store(0, 1, 2)
        let second = try store((0..<3).map { "unix:\(folder("\($0)"))" })
        _ = try first.create(manifest, replacing: nil)
        #expect(try second.manifest() == manifest)
        for server in servers {
            try server.wipe()
            _ = try second.manifest()
            _ = try second.create(manifest, replacing: nil)
            #expect(try first.manifest() == manifest)
            for server in 0..<3 {
                #expect(try servers[server].command("HGET", "dlda:{r}:run", "servers") == "\(first.servers)")
            }
        }
    }

    @Test("a server that is given twice, under any names, is refused")
    func twice() throws {
        let folder = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: folder("again"), withDestinationPath: String(servers[0].address.dropFirst(5)))
        let store = try store([servers[0].address, servers[1].address, "unix:\(folder("again"))"])
        let reason = try #require(refusal { try store.connect(timeout: .seconds(10)) })
        #expect(reason.contains("is the same server as \(servers[0].address)"))
    }

    @Test("an unavailable server is reported, and the others answer for their blocks")
    func away() throws {
        let store = try store(0, 1, 2)
        _ = try store.create(manifest, replacing: nil)
        try fill(store)
        servers[1].kill()
        #expect(try store.read([BlockRequest(block: 0, shard: 0), BlockRequest(block: 5, shard: 0)]).count == 2)
        for _ in 0..<2 {
            let thrown = #expect(throws: CountStoreError.self) { try store.records(of: 0..<6) }
            #expect("\(thrown.map { "\($0)" } ?? "")".contains("waiting for Redis at \(servers[1].address), which"))
        }
        try servers[1].start()
        #expect(try store.records(of: 0..<6).map { $0.version != nil } == [true, false, true, true, false, true])
    }

    @Test("a slow server does not delay the others")
    func slow() throws {
        let addresses = try RedisServers(parsing: servers.map(\.address).joined(separator: ","))
        let store = RedisCountStore(run: try RunName("r"), at: addresses, replyTimeout: .milliseconds(500))
        let writes = (0..<6).map { block in
            BlockWrite(
                block: block, shard: 0, basis: BlockBasis(),
                change: .replace(Array(repeating: 7, count: 1 << 20), version: .unique()), contribution: [2],
                tag: ContributionTag(generation: Generation(1), sweep: 0), words: nil)
        }
        #expect(try store.write(writes) == writes.map { _ in .stored })
        let again = writes.map { write in
            var next = write
            next.basis = BlockBasis(version: write.version, tag: write.tag, total: .init(write.written))
            next.change = .replace(write.written, version: .unique())
            return next
        }
        servers[1].pause()
        #expect(throws: CountStoreError.self) { try store.write(again) }
        servers[1].resume()
        let versions = try store.records(of: 0..<6).map(\.version)
        for block in [0, 2, 3, 5] { #expect(versions[block] == again[block].version) }
    }
}

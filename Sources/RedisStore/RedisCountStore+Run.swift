package import Counts
import Platform

/// The run's manifest, which is stored on every server, and the removal of a run.
///
/// The keys of a run are on several servers, so no single script can access them all. To replace or remove a run, the
/// blocks and documents are removed first, key by key; then the manifest on the first server is replaced or removed by
/// a compare-and-swap, together with the shards' progress. If the process dies in between, the run can be replaced or
/// removed again. If another process writes a block in the meantime and it is removed, the effect is the same as if the
/// server had lost the block: the next exchange writes it again.
extension RedisCountStore {
    /// The time to wait for servers that do not know the run if their names do not match either (`ServerAgreement`). A
    /// living shard restores what a server has lost within a second.
    private static let patience = Duration.seconds(3)

    package func manifest() throws(CountStoreError) -> RunManifest? {
        try read(manifest: try copies()[0])
    }

    package func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest {
        if let replacing {
            let copies = try copies()
            if copies[0]["id"] == Hexadecimal.text(replacing) { _ = try removeCounts(copies) }
        }
        let given =
            StoredManifest.fields(of: manifest) + ServerPlace(number: 1, count: servers.count, servers: names).fields
        let command = RedisCommand(
            Script.create, keys: [keys.manifest(), keys.shards, keys.pace],
            arguments: [Array((replacing.map(Hexadecimal.text) ?? "").utf8)] + Self.arguments(given))
        let stored = try ask([command]) { Self.strings($0[0]) }
        guard let result = try read(manifest: stored) else {
            throw .unavailable(reason: "waiting for Redis at \(servers), which has not kept the manifest of run \(run)")
        }
        try mark(stored)
        return result
    }

    package func removeRun() throws(CountStoreError) -> Bool {
        let copies = try copies()
        var removed = try removeCounts(copies)
        removed += try unlink((1..<servers.count).map(keys.manifest))
        let command = RedisCommand(
            Script.remove, keys: [keys.manifest(), keys.shards, keys.pace],
            arguments: [Array((copies[0]["id"] ?? "").utf8)])
        removed += try ask([command], Self.sum)
        return removed > 0
    }

    /// Returns the names of all runs that have a manifest, sorted. O(keys on the servers).
    package func runs() throws(CountStoreError) -> [RunName] {
        let found = try use { pipeline throws(ServerFailure) in try pipeline.keys(matching: KeySchema.manifests) }
        return Set(found.compactMap { KeySchema.run(ofManifest: $0.text) }).sorted { $0.text < $1.text }
    }

    // MARK: The manifest's copies

    /// Returns the manifest's fields on each of the servers. Throws if these are not the servers of the run.
    private func copies() throws(CountStoreError) -> [[String: String]] {
        let began = ContinuousClock.now
        while true {
            let copies = try ask((0..<servers.count).map { RedisCommand("HGETALL", key: keys.manifest(on: $0)) }) {
                replies -> [[String: String]]? in
                let copies = replies.compactMap(Self.strings)
                return copies.count == replies.count ? copies : nil
            }
            if try agree(copies, isLast: .now >= began + Self.patience) { return copies }
            usleep(50_000)
        }
    }

    /// Copies the manifest from the first server to the others.
    private func mark(_ manifest: [String: String]) throws(CountStoreError) {
        let commands = (1..<servers.count).map { server in
            let place = ServerPlace(
                number: server + 1, count: servers.count, servers: ServerPlace(of: manifest).servers)
            let fields = manifest.merging(place.fields) { $1 }
            return RedisCommand(
                Script.mark, keys: [keys.manifest(on: server)], arguments: Self.arguments(fields.map { ($0, $1) }))
        }
        let others = try ask(commands) { replies -> [[String: String]]? in
            let copies = replies.compactMap(Self.strings)
            return copies.count == replies.count ? copies : nil
        }
        _ = try agree([manifest] + others, isLast: true)
    }

    /// Returns whether these are the run's servers; false if this is not certain yet. Throws if they are not the run's
    /// servers, or if this is still uncertain and `isLast` is set.
    private func agree(_ copies: [[String: String]], isLast: Bool) throws(CountStoreError) -> Bool {
        let known = copies.map { fields in fields["id"].map { (id: $0, place: ServerPlace(of: fields)) } }
        let agreement = ServerAgreement.judge(known, names: names)
        if case .same(let servers) = agreement { names = servers }
        if case .doubtful = agreement, !isLast { return false }
        if let reason = agreement.refusal(run: run, names: servers.description, servers: servers) {
            throw .misconfigured(reason: reason)
        }
        return true
    }

    private static func arguments(_ fields: [(String, String)]) -> [[UInt8]] {
        fields.flatMap { [Array($0.0.utf8), Array($0.1.utf8)] }
    }

    private func read(manifest fields: [String: String]) throws(CountStoreError) -> RunManifest? {
        do throws(RunManifest.InvalidSetting) { return try StoredManifest.manifest(of: fields) } catch {
            let format = fields["format"] ?? "?"
            if format != "\(RunManifest.formatVersion)" {
                throw .incompatible(
                    reason:
                        "run \(run) in Redis at \(servers) is stored in format \(format), but this program reads "
                        + "format \(RunManifest.formatVersion): use the same version everywhere, or name another run "
                        + "with --run")
            }
            throw .misconfigured(
                reason: "the manifest of run \(run) in Redis at \(servers) is damaged: its \(error.name) is "
                    + "\((error.value ?? "").debugDescription) (key \(keys.manifest())); "
                    + "remove the run with dist-lda store flush --run \(run), or name another with --run")
        }
    }

    // MARK: Removal

    /// Removes blocks, documents and words. Their number is in the manifest; if that is missing or cannot be read, all
    /// keys of the servers are compared with the run's pattern. Returns the number of keys removed.
    private func removeCounts(_ copies: [[String: String]]) throws(CountStoreError) -> Int {
        func size(_ field: String) -> Int? {
            copies.lazy.compactMap { $0[field].flatMap { Int($0) } }.first.flatMap {
                (0...1 << 20).contains($0) ? $0 : nil
            }
        }
        guard let blocks = size("blocks"), let shards = size("shards") else {
            let pattern = keys.countsPattern
            return try unlink(try use { pipeline throws(ServerFailure) in try pipeline.keys(matching: pattern) })
        }
        let forgotten = (0..<blocks).map { RedisCommand(Script.forget, keys: [keys.block($0)], arguments: []) }
        return try ask(forgotten, Self.sum) + unlink((0..<shards).map(keys.documents))
            + unlink((0..<WordCounts.parts).map(keys.words))
    }

    private func unlink(_ keys: [RedisKey]) throws(CountStoreError) -> Int {
        try ask(keys.map { RedisCommand("UNLINK", key: $0) }, Self.sum)
    }

    private static func sum(_ replies: [RedisReply]) -> Int? {
        var sum = 0
        for reply in replies {
            // The upper limit is far more keys than a server can have.
            guard case .integer(let count) = reply, (0...1 << 40).contains(count) else { return nil }
            sum += Int(count)
        }
        return sum
    }
}

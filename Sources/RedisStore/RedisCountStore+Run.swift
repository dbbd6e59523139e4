package import Counts

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The run's manifest, its shards, and their documents.
extension RedisCountStore {
    // MARK: The run

    package func manifest() throws(CountStoreError) -> RunManifest? {
        let fields = try ask([RedisCommand("HGETALL", key: keys.manifest)]) { Self.strings($0[0]) }
        return try read(manifest: fields)
    }

    package func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest {
        let fields = StoredManifest.fields(of: manifest).flatMap { [Array($0.0.utf8), Array($0.1.utf8)] }
        let id = replacing.map(Hexadecimal.text) ?? ""
        let command = RedisCommand(
            Script.create, keys: [keys.manifest, keys.shards], arguments: [Array(id.utf8)] + familyArguments + fields)
        let stored = try ask([command]) { Self.strings($0[0]) }
        guard let result = try read(manifest: stored) else {
            throw .unavailable(reason: "waiting for Redis at \(address), which has not kept the manifest of run \(run)")
        }
        return result
    }

    package func removeRun() throws(CountStoreError) -> Bool {
        try ask([RedisCommand(Script.remove, keys: [keys.manifest, keys.shards], arguments: familyArguments)]) {
            if case .integer(let removed) = $0[0] { removed > 0 } else { nil }
        }
    }

    /// The names of all runs in the database that have a manifest, sorted. O(keys in the database).
    package func runs() throws(CountStoreError) -> [RunName] {
        var names: Set<RunName> = []
        var cursor = "0"
        repeat {
            let command = RedisCommand(
                "SCAN", arguments: [cursor, "MATCH", KeySchema.manifests, "COUNT", "1000"].map { Array($0.utf8) })
            let page = try ask([command]) { replies -> (cursor: String, keys: [String])? in
                guard let page = replies[0].elements, page.count == 2, let cursor = page[0].text,
                    let keys = page[1].elements
                else { return nil }
                return (cursor, keys.compactMap(\.text))
            }
            names.formUnion(page.keys.compactMap(KeySchema.run(ofManifest:)))
            cursor = page.cursor
        } while cursor != "0"
        return names.sorted { $0.text < $1.text }
    }

    /// What the script needs to find all keys of the run.
    private var familyArguments: [[UInt8]] {
        ([keys.blockStem, keys.documentsStem] + keys.patterns).map { Array($0.utf8) }
    }

    private func read(manifest fields: [String: String]) throws(CountStoreError) -> RunManifest? {
        do throws(StoredManifest.Fault) { return try StoredManifest.manifest(of: fields) } catch {
            let format = fields["format"] ?? "?"
            if format != "\(RunManifest.formatVersion)" {
                throw .incompatible(
                    reason:
                        "run \(run) in Redis at \(address) is stored in format \(format), this program reads format "
                        + "\(RunManifest.formatVersion): use one version everywhere, or name another run with --run")
            }
            throw .misconfigured(
                reason: "the manifest of run \(run) in Redis at \(address) has \(error.field) "
                    + "\((error.value ?? "").debugDescription) (key \(keys.manifest)), which is damaged: "
                    + "remove the run with dist-lda store flush --run \(run), or name another with --run")
        }
    }

    // MARK: The shards

    package func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation {
        let claim = RedisCommand(
            Script.claim, keys: [keys.shards],
            arguments: [KeySchema.generation(shard), "\(proposed.value)"].map { Array($0.utf8) })
        let generation = try ask([claim]) { $0[0].text.flatMap { UInt64($0) }.map(Generation.init) }
        // documents lie under a key of their own, which must know the generation too
        _ = try ask([publication(shard: shard, generation: generation)]) { Self.outcome($0[0]) }
        return generation
    }

    package func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        let shard = progress.shard
        let arguments = [
            Array(KeySchema.generation(shard).utf8), Array("\(generation.value)".utf8),
            Array(KeySchema.progress(shard).utf8), try json(of: progress), Array(KeySchema.heard(shard).utf8),
        ]
        let command = RedisCommand(Script.report, keys: [keys.shards], arguments: arguments)
        if try ask([command], { Self.outcome($0[0]) }) == .superseded { throw .superseded(shard: shard) }
    }

    package func statuses() throws(CountStoreError) -> [ShardStatus] {
        try ask([RedisCommand("HGETALL", key: keys.shards), RedisCommand("TIME")]) { replies in
            guard let fields = Self.fields(replies[0]), let time = replies[1].elements, time.count == 2,
                let seconds = time[0].text.flatMap({ Double($0) }), let micros = time[1].text.flatMap({ Double($0) })
            else { return nil }
            let now = seconds + micros / 1e6
            return fields.keys.compactMap { KeySchema.number(in: $0, after: "") }.sorted().compactMap { shard in
                func number(_ field: String) -> UInt64? {
                    fields[field].flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
                }
                guard let json = fields[KeySchema.progress(shard)],
                    let progress = try? JSONDecoder().decode(ShardProgress.self, from: Data(json)),
                    progress.shard == shard, let generation = number(KeySchema.generation(shard)),
                    let heard = number(KeySchema.heard(shard))
                else { return nil }
                return ShardStatus(
                    progress: progress, generation: Generation(generation), silence: max(0, now - Double(heard) / 1e3))
            }
        }
    }

    private func json(of progress: ShardProgress) throws(CountStoreError) -> [UInt8] {
        var progress = progress
        // JSON has no word for these
        if progress.logLikelihoodPerToken?.isFinite == false { progress.logLikelihoodPerToken = nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return try Array(encoder.encode(progress)) } catch {
            throw .misconfigured(reason: "the progress of shard \(progress.shard) cannot be written as JSON (\(error))")
        }
    }

    // MARK: Documents

    package func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError) {
        let command = publication(shard: shard, generation: generation, chunk: [Array("\(chunk)".utf8), documents])
        if try ask([command], { Self.outcome($0[0]) }) == .superseded { throw .superseded(shard: shard) }
    }

    package func documents(ofShard shard: Int) throws(CountStoreError) -> [Int: [UInt8]] {
        let key = keys.documents(shard: shard)
        let chunks = try ask([RedisCommand("HKEYS", key: key)]) {
            $0[0].elements?.compactMap { $0.text.flatMap { KeySchema.number(in: $0, after: "") } }
        }
        let values = try ask(chunks.map { RedisCommand("HGET", key: key, Array("\($0)".utf8)) }) { $0.map(\.bytes) }
        return Dictionary(
            uniqueKeysWithValues: zip(chunks, values).compactMap { chunk, bytes in bytes.map { (chunk, $0) } })
    }

    private func publication(shard: Int, generation: Generation, chunk: [[UInt8]] = []) -> RedisCommand {
        RedisCommand(
            Script.publish, keys: [keys.documents(shard: shard)], arguments: [Array("\(generation.value)".utf8)] + chunk
        )
    }

    // MARK: Replies

    /// What a script that writes answers.
    static func outcome(_ reply: RedisReply) -> WriteOutcome? {
        switch reply.text {
        case Script.done: .stored
        case Script.conflict: .conflict
        case Script.superseded: .superseded
        default: nil
        }
    }

    /// Fields and values of a hash, those left out whose names are not UTF-8.
    static func fields(_ reply: RedisReply) -> [String: [UInt8]]? {
        guard let elements = reply.elements, elements.count.isMultiple(of: 2) else { return nil }
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let value = elements[index + 1].bytes else { return nil }
            if let field = elements[index].text { fields[field] = value }
        }
        return fields
    }

    private static func strings(_ reply: RedisReply) -> [String: String]? {
        fields(reply)?.mapValues { String(decoding: $0, as: UTF8.self) }
    }
}

package import Counts

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The shards, their documents and their word counts.
extension RedisCountStore {
    // MARK: The shards

    package func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation {
        var proposed = proposed
        while true {
            let claim = RedisCommand(
                Script.claim, keys: [keys.shards],
                arguments: [KeySchema.generation(shard), "\(proposed.value)"].map { Array($0.utf8) })
            let generation = try ask([claim]) { $0[0].text.flatMap { UInt64($0) }.map(Generation.init) }
            // Documents are stored under a separate key, which has to record the generation too. It can have a later
            // one if the shards' key was lost.
            let publication = publication(shard: shard, generation: generation)
            guard try ask([publication], { Self.outcome($0[0]) }) == .superseded else { return generation }
            let publisher = RedisCommand(
                "HGET", key: keys.documents(shard: shard), Array(KeySchema.publisher.utf8))
            let stored = try ask([publisher]) { Generation($0[0].text.flatMap { UInt64($0) } ?? 0) }
            proposed = max(generation, stored).next
        }
    }

    package func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        let shard = progress.shard
        let arguments = [
            Array(KeySchema.generation(shard).utf8), Array("\(generation.value)".utf8),
            Array(KeySchema.progress(shard).utf8), try json(of: progress), Array(KeySchema.heard(shard).utf8),
            Array("\(shard)".utf8), Array(KeySchema.pace(progress).utf8),
        ]
        let command = RedisCommand(Script.report, keys: [keys.shards, keys.pace], arguments: arguments)
        if try ask([command], { Self.outcome($0[0]) }) == .superseded { throw .superseded(shard: shard) }
    }

    package func statuses() throws(CountStoreError) -> [ShardStatus] {
        try ask([RedisCommand("HGETALL", key: keys.shards), RedisCommand("TIME", onServerOf: keys.shards)]) { replies in
            guard let fields = Self.fields(replies[0]), let time = replies[1].elements, time.count == 2,
                let seconds = time[0].text.flatMap({ UInt32($0) }), let micros = time[1].text.flatMap({ UInt32($0) })
            else { return nil }
            let now = Double(seconds) + Double(micros) / 1e6
            return fields.keys.compactMap { KeySchema.number(in: $0, after: "") }.sorted().compactMap { shard in
                func number(_ field: String) -> UInt64? {
                    fields[field].flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
                }
                guard let json = fields[KeySchema.progress(shard)],
                    let progress = try? JSONDecoder().decode(ShardProgress.self, from: Data(json)),
                    progress.shard == shard, progress.sweep >= 0, let generation = number(KeySchema.generation(shard)),
                    let heard = number(KeySchema.heard(shard))
                else { return nil }
                // A time in the future, which damage or a clock that was set back leaves, counts as long ago: the next
                // report of a living shard corrects it.
                return ShardStatus(
                    progress: progress, generation: Generation(generation), silence: abs(now - Double(heard) / 1e3))
            }
        }
    }

    package func pace(deadAfter: Double) throws(CountStoreError) -> RunPace {
        let milliseconds = Array("\(deadAfter * 1e3)".utf8)
        let command = RedisCommand(Script.pace, keys: [keys.shards, keys.pace], arguments: [milliseconds])
        return try ask([command]) { replies in
            guard let elements = replies[0].elements, elements.count >= 2, elements.count.isMultiple(of: 2) else {
                return nil
            }
            let numbers = elements.compactMap { $0.text.flatMap { Int($0) } }
            guard numbers.count == elements.count, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
            return RunPace(
                reported: numbers[0], unfinished: numbers[1],
                slowest: stride(from: 2, to: numbers.count, by: 2).map { index in
                    RunPace.Runner(shard: numbers[index], sweep: numbers[index + 1])
                })
        }
    }

    private func json(of progress: ShardProgress) throws(CountStoreError) -> [UInt8] {
        var progress = progress
        // JSON cannot represent infinity and NaN.
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

    // MARK: Words

    package func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) throws(CountStoreError) {
        let field = Array("\(KeySchema.counted(key))\(shard)".utf8)
        let command = RedisCommand("HSET", key: keys.words(part: part), field, wordCounts)
        try ask([command]) { if case .integer = $0[0] { () } else { nil } }
    }

    package func wordCounts(part: Int, key: UInt64) throws(CountStoreError) -> [Int: [UInt8]] {
        let stored = try ask([RedisCommand("HGETALL", key: keys.words(part: part))]) { Self.fields($0[0]) }
        var counts: [Int: [UInt8]] = [:]
        for (field, value) in stored {
            if let shard = KeySchema.number(in: field, after: KeySchema.counted(key)) { counts[shard] = value }
        }
        return counts
    }

    private func publication(shard: Int, generation: Generation, chunk: [[UInt8]] = []) -> RedisCommand {
        RedisCommand(
            Script.publish, keys: [keys.documents(shard: shard)], arguments: [Array("\(generation.value)".utf8)] + chunk
        )
    }

    // MARK: Replies

    /// Decodes the reply of a script that writes.
    static func outcome(_ reply: RedisReply) -> WriteOutcome? {
        switch reply.text {
        case Script.done: .stored
        case Script.conflict: .conflict
        case Script.superseded: .superseded
        default: nil
        }
    }

    /// Returns the fields and values of a hash, without fields whose names are not UTF-8; nil if the reply is not a
    /// hash.
    static func fields(_ reply: RedisReply) -> [String: [UInt8]]? {
        guard let elements = reply.elements, elements.count.isMultiple(of: 2) else { return nil }
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: elements.count, by: 2) {
            guard let value = elements[index + 1].bytes else { return nil }
            if let field = elements[index].text { fields[field] = value }
        }
        return fields
    }

    static func strings(_ reply: RedisReply) -> [String: String]? {
        fields(reply)?.mapValues { String(decoding: $0, as: UTF8.self) }
    }
}

package import Counts

/// Operations for the administration of a run, which shards do not use.
extension RedisCountStore {
    package func repair(_ repairs: [BlockRepair]) throws(CountStoreError) -> [WriteOutcome] {
        try ask(repairs.map(command)) { replies in
            let outcomes = replies.compactMap(Self.outcome)
            return outcomes.count == repairs.count ? outcomes : nil
        }
    }

    private func command(_ repair: BlockRepair) -> RedisCommand {
        let removed = repair.removed.map { "\($0)" }
        let tags = repair.tags.flatMap { shard, tag in ["\(shard)", tag.text] }
        let head =
            [Array((repair.basis.version?.text ?? "").utf8)] + Self.arguments(repair.basis.total)
            + [Array(repair.version.text.utf8)]
        let rest = (["\(removed.count)"] + removed + tags).map { Array($0.utf8) }
        return RedisCommand(
            Script.repair, keys: [keys.block(repair.block)], arguments: head + [repair.total ?? []] + rest)
    }

    package func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError) {
        let command = RedisCommand(
            Script.withdraw, keys: [keys.documents(shard: shard)], arguments: [Array("\(generation.value)".utf8)])
        if try ask([command], { Self.outcome($0[0]) }) == .superseded { throw .superseded(shard: shard) }
    }
}

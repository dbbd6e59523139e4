import Platform
import Synchronization

/// A store in the memory of the process, which needs no server. It is the default for a run on one machine.
/// It keeps the same packed values as any other store,
/// so memory is twice the packed counts (about 4 bytes for each cell). Its clock moves only by `advance(seconds:)`.
package final class InMemoryCountStore: CountStore {
    private struct Shard {
        var progress: ShardProgress?
        var generation: Generation
        var reported: Double = 0
        var documents: [Int: [UInt8]] = [:]
    }

    private struct Contents {
        var manifest: RunManifest?
        var shards: [Int: Shard] = [:]
        var blocks: [Int: BlockRecord] = [:]
        /// Packed word counts, by key, part and shard.
        var wordCounts: [UInt64: [Int: [Int: [UInt8]]]] = [:]
        var clock: Double = 0
    }

    package let run: String
    private let contents = Mutex(Contents())

    package init(run: String) {
        self.run = run
    }

    /// Advances the clock from which `ShardStatus.silence` is computed.
    package func advance(seconds: Double) {
        contents.withLock { $0.clock += seconds }
    }

    package func manifest() -> RunManifest? {
        contents.withLock { $0.manifest }
    }

    package func create(_ manifest: RunManifest, replacing: UInt64?) -> RunManifest {
        contents.withLock { contents in
            if let stored = contents.manifest, stored.id != replacing { return stored }
            if contents.manifest != nil { contents = Contents(clock: contents.clock) }
            contents.manifest = manifest
            return manifest
        }
    }

    package func removeRun() -> Bool {
        contents.withLock { contents in
            let existed =
                contents.manifest != nil || !contents.blocks.isEmpty || !contents.shards.isEmpty
                || !contents.wordCounts.isEmpty
            contents = Contents(clock: contents.clock)
            return existed
        }
    }

    package func claim(shard: Int, proposed: Generation) -> Generation {
        contents.withLock { contents in
            var generation = proposed
            if let stored = contents.shards[shard]?.generation, stored >= proposed {
                let now = Generation(millisecondsSince1970: WallClock.milliseconds(), random: 0)
                if stored.value <= max(now, proposed).value + Generation.maxLead { generation = stored.next }
            }
            contents.shards[shard, default: Shard(generation: generation)].generation = generation
            return generation
        }
    }

    package func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError) {
        let superseded = contents.withLock { contents in
            var shard = contents.shards[progress.shard] ?? Shard(generation: generation)
            if generation.isSuperseded(by: shard.generation) { return true }
            shard.generation = generation
            shard.progress = progress
            shard.reported = contents.clock
            contents.shards[progress.shard] = shard
            return false
        }
        if superseded { throw .superseded(shard: progress.shard) }
    }

    package func statuses() -> [ShardStatus] {
        contents.withLock { contents in
            contents.shards.sorted { $0.key < $1.key }.compactMap { _, shard in
                shard.progress.map {
                    ShardStatus(progress: $0, generation: shard.generation, silence: contents.clock - shard.reported)
                }
            }
        }
    }

    package func pace(deadAfter: Double) -> RunPace { RunPace(statuses(), deadAfter: deadAfter) }

    package func read(_ requests: [BlockRequest]) -> [BlockState] {
        contents.withLock { contents in
            requests.map { request in
                let record = contents.blocks[request.block] ?? BlockRecord()
                let tag = record.tags[request.shard]
                return BlockState(
                    version: record.version, total: record.total, tag: tag,
                    contribution: tag == request.knownTag ? nil : record.contributions[request.shard],
                    wordsIdentity: record.wordsIdentity,
                    words: record.wordsIdentity == request.knownWords ? nil : record.words)
            }
        }
    }

    package func write(_ writes: [BlockWrite]) -> [WriteOutcome] {
        contents.withLock { contents in
            writes.map { write in
                var record = contents.blocks[write.block] ?? BlockRecord()
                let basis = write.basis
                if let tag = record.tags[write.shard], write.tag.generation.isSuperseded(by: tag.generation) {
                    return .superseded
                }
                guard record.tags[write.shard] == basis.tag else { return .conflict }
                if case .startOver = write.change {} else if record.wordsIdentity != basis.words { return .conflict }
                switch write.change {
                case .append(let bytes):
                    guard record.version != nil, let total = record.total else { return .conflict }
                    record.total = total + bytes
                case .replace(let total, let version):
                    guard record.version == basis.version else { return .conflict }
                    record.version = version
                    guard let read = basis.total else {
                        record.total = total
                        break
                    }
                    guard let stored = record.total, read.isPrefix(of: stored) else { return .conflict }
                    record.total = total + stored[read.length...]
                case .startOver(let total, let version):
                    guard record.version == basis.version else { return .conflict }
                    record = BlockRecord()
                    (record.version, record.total) = (version, total)
                }
                // `record` is then the only reference, so the dictionaries of a block of many shards are not copied.
                contents.blocks[write.block] = nil
                record.contributions[write.shard] = write.contribution
                record.tags[write.shard] = write.tag
                if let words = write.words {
                    record.words = words
                    record.wordsIdentity = WordList.Identity(ofPacked: words)
                }
                contents.blocks[write.block] = record
                return .stored
            }
        }
    }

    package func tags(ofShard shard: Int, blocks: Range<Int>) -> [ContributionTag?] {
        contents.withLock { contents in blocks.map { contents.blocks[$0]?.tags[shard] } }
    }

    package func records(of blocks: Range<Int>) -> [BlockRecord] {
        contents.withLock { contents in blocks.map { contents.blocks[$0] ?? BlockRecord() } }
    }

    package func repair(_ repairs: [BlockRepair]) -> [WriteOutcome] {
        contents.withLock { contents in
            repairs.map { repair in
                var record = contents.blocks[repair.block] ?? BlockRecord()
                let stored = BlockBasis(record)
                guard stored.version == repair.basis.version,
                    stored.version == nil || stored.total == repair.basis.total
                else { return .conflict }
                guard let total = repair.total else {
                    contents.blocks[repair.block] = nil
                    return .stored
                }
                record.version = repair.version
                record.total = total
                for shard in repair.removed { (record.contributions[shard], record.tags[shard]) = (nil, nil) }
                record.tags.merge(repair.tags) { $1 }
                contents.blocks[repair.block] = record
                return .stored
            }
        }
    }

    package func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError) {
        let superseded = contents.withLock { contents in
            var state = contents.shards[shard] ?? Shard(generation: generation)
            if generation.isSuperseded(by: state.generation) { return true }
            state.documents[chunk] = documents
            contents.shards[shard] = state
            return false
        }
        if superseded { throw .superseded(shard: shard) }
    }

    package func documents(ofShard shard: Int) -> [Int: [UInt8]] {
        contents.withLock { $0.shards[shard]?.documents ?? [:] }
    }

    package func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError) {
        let superseded = contents.withLock { contents in
            guard let state = contents.shards[shard] else { return false }
            if generation.isSuperseded(by: state.generation) { return true }
            contents.shards[shard]?.documents = [:]
            return false
        }
        if superseded { throw .superseded(shard: shard) }
    }

    package func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) {
        contents.withLock { $0.wordCounts[key, default: [:]][part, default: [:]][shard] = wordCounts }
    }

    package func wordCounts(part: Int, key: UInt64) -> [Int: [UInt8]] {
        contents.withLock { $0.wordCounts[key]?[part] ?? [:] }
    }
}

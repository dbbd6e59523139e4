import Counts
import Testing

/// A shard that counts five tokens of each of its words.
struct Writer {
    static let topics = 4
    static let tokensPerWord = 5

    let shard: Int
    let words: [[[UInt8]]]
    var ledger: ShardLedger
    var counts: [[[UInt32]]]
    var sweep = 0

    init(shard: Int, words: [[[UInt8]]], generation: Int, _ random: inout SeededGenerator) {
        self.shard = shard
        self.words = words
        ledger = ShardLedger(
            shard: shard, generation: Generation(UInt64(generation)), columns: Self.topics, blocks: words.count
        ) { words[$0] }
        counts = words.map {
            $0.map { _ in [UInt32(Self.tokensPerWord)] + Array(repeating: 0, count: Self.topics - 1) }
        }
        shuffle(&random)
    }

    mutating func shuffle(_ random: inout SeededGenerator) {
        sweep += 1
        for block in counts.indices {
            for word in counts[block].indices {
                counts[block][word] = Array(repeating: 0, count: Self.topics)
                for _ in 0..<Self.tokensPerWord {
                    counts[block][word][Int.random(in: 0..<Self.topics, using: &random)] += 1
                }
            }
        }
    }

    mutating func exchange(with store: any CountStore) throws -> [ShardLedger.OthersRows] {
        try exchange(Array(counts.indices), with: store)
    }

    mutating func exchange(
        _ blocks: [Int], lookingAt ahead: [Int] = [], with store: any CountStore
    ) throws -> [ShardLedger.OthersRows] {
        let own = blocks.map { ShardLedger.OwnRows(block: $0, rows: SparseRows(dense: counts[$0])) }
        return try ledger.exchange(own, sweep: sweep, lookingAt: ahead, with: store)
    }
}

/// Damages a value of a block, unless a shard changes the block at the same time.
func damage(_ store: any CountStore, _ round: Int, _ random: inout SeededGenerator) throws {
    let block = round % 2
    let record = try store.records(of: block..<block + 1)[0]
    guard let total = record.total, let shard = record.contributions.keys.randomElement(using: &random),
        let contribution = record.contributions[shard], let tag = record.tags[shard]
    else { return }
    var (damaged, words): ([UInt8], [UInt8]?) = (total, nil)
    var cut = contribution
    switch round % 4 {
    case 0: damaged[total.count - 1] ^= 1
    case 1: cut.removeLast()
    case 2: damaged = PackedTotal.bytes(rows: PackedRows.pack(SparseRows(emptyRows: 1), columns: Writer.topics))
    default: words = [9]
    }
    let write = BlockWrite(
        block: block, shard: shard, basis: BlockBasis(record, shard: shard),
        change: .replace(damaged, version: .unique()), contribution: cut, tag: tag, words: words)
    _ = try store.write([write])
}

/// Checks that every block's total is the sum of its contributions.
func checkBalance(_ store: any CountStore) throws {
    for (block, record) in try store.records(of: 0..<2).enumerated() {
        _ = try VerifiedBlock(record, block: block, columns: Writer.topics)
    }
}

/// Checks that every block holds the counts of `writers`, word by word, and nothing else.
@discardableResult
func verify(_ store: any CountStore, has writers: [Writer]) throws -> [VerifiedBlock] {
    try store.records(of: 0..<2).enumerated().map { block, record in
        let verified = try VerifiedBlock(record, block: block, columns: Writer.topics)
        var expected: [[UInt8]: [UInt32]] = [:]
        for writer in writers {
            for (word, row) in zip(writer.words[block], writer.counts[block]) {
                let sum = expected[word] ?? Array(repeating: 0, count: Writer.topics)
                expected[word] = zip(sum, row).map { $0 + $1 }
            }
            #expect(verified.sweeps[writer.shard] == writer.sweep)
        }
        for (word, row) in expected { #expect(verified.row(of: word) == row) }
        #expect(verified.total.sum == expected.values.reduce(0) { $0 + Int($1.reduce(0, +)) })
        #expect(Set(verified.words.words).count == verified.words.count, "each word once")
        return verified
    }
}

extension VerifiedBlock {
    fileprivate func row(of word: [UInt8]) -> [UInt32]? {
        words.words.firstIndex(of: word).map { total.dense($0) }
    }
}

extension SparseRows {
    fileprivate func dense(_ row: Int) -> [UInt32] {
        var amounts = [UInt32](repeating: 0, count: Writer.topics)
        for cell in range(of: row) { amounts[Int(columns[cell])] = self.amounts[cell] }
        return amounts
    }
}

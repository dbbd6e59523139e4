import Counts
import Hashing
import Models
import TestSupport

@testable import Counts

/// Parsers of the packed values in Redis, and checks of what shards and the listener compute from them.
///
/// Checksums would reject every mutation, so the first byte says whether the value gets a valid checksum.
extension Parser {
    static let counts = [
        Parser(
            name: "packed_rows", words: ["DLR1"],
            samples: { _ in
                [(0, 300), (1, 2)].map { choice, columns in
                    [UInt8(choice)] + PackedRows.pack(rows, columns: columns)
                }
            },
            read: { bytes, _ in
                var choices = Choices(bytes)
                let choice = choices.byte()
                let columns = [300, 2, 1, 17, 65536][choice % 5]
                try checkRows(choice < 128 ? sealed(Array(choices.rest)) : Array(choices.rest), columns: columns)
            }),
        Parser(
            name: "packed_total", words: ["DLR1", "DLC1"],
            samples: { _ in
                let change = PackedChange.pack(
                    from: PlacedRows(inOrder: rows),
                    to: PlacedRows(inOrder: SparseRows(dense: [[1, 4], [2], [0, 100]])),
                    columns: 300, mark: 1)
                let body = PackedRows.pack(rows, columns: 300)
                return [
                    [0] + body + [0xFF] + change,
                    [200] + PackedTotal.bytes(rows: body) + PackedTotal.bytes(change: change),
                ]
            },
            read: { bytes, _ in
                var choices = Choices(bytes)
                let choice = choices.byte()
                let total = choice < 128 ? sealed(total: Array(choices.rest)) : Array(choices.rest)
                try checkTotal(total, columns: 300)
            }),
        Parser(
            name: "document_chunk", words: ["DLR1"],
            samples: { _ in
                let names = WordList([Array("d1".utf8), [], Array("d3".utf8)]).packed()
                return [[0, UInt8(names.count)] + names + PackedRows.pack(rows, columns: 300)]
            },
            read: { bytes, _ in
                var choices = Choices(bytes)
                let isSealed = choices.byte() < 128
                let names = choices.piece()
                var chunk: [UInt8] = []
                Varint.append(UInt64(names.count), to: &chunk)
                chunk += names + (isSealed ? sealed(Array(choices.rest)) : Array(choices.rest))
                let bytes = isSealed ? chunk : bytes
                guard let value = DocumentChunk(packed: bytes, columns: 300) else { return }
                try require(value.names.count == value.rows.count, "the numbers of rows and names differ")
                let again = DocumentChunk(packed: value.packed(columns: 300), columns: 300)
                try require(again == value, "the chunk changes when it is packed again")
            }),
        Parser(
            name: "word_counts", words: ["\0\0"],
            samples: { _ in
                let words = [
                    WordCounts.Word(bytes: [97], tokens: 3, documents: 2),
                    .init(bytes: [], tokens: 1 << 40, documents: 0),
                ]
                return [[0] + WordCounts(words).packed()]
            },
            read: { bytes, _ in
                let rest = Array(bytes.dropFirst(9))
                let isSealed = bytes.first ?? 0 < 128
                let seal = withUnsafeBytes(of: XXH64.hash(rest).littleEndian) { Array($0) }
                guard let value = WordCounts(packed: isSealed ? seal + rest : Array(bytes.dropFirst())) else { return }
                try require(WordCounts(packed: value.packed()) == value, "the counts change when they are packed again")
            }),
        Parser(
            name: "block", words: ["DLR1"], samples: { _ in try Block.samples() },
            read: { bytes, _ in try Block(bytes).check() }),
        Parser(
            name: "tag", words: ["9007199254740993", "18446744073709551616", "ffffffffffffffff"],
            samples: { _ in
                [ContributionTag(generation: Generation(7), sweep: 4, nonce: 9)].map { Array($0.text.utf8) } + [
                    Array(BlockVersion(7).text.utf8)
                ]
            },
            read: { bytes, _ in
                let text = String(decoding: bytes, as: UTF8.self)
                if let tag = ContributionTag(text: text) {
                    try require(ContributionTag(text: tag.text) == tag, "the tag differs when written again")
                }
                if let version = BlockVersion(text: text) {
                    try require(BlockVersion(text: version.text) == version, "the version differs when written again")
                }
            }),
    ]

    private static let rows = SparseRows(dense: [[3, 1], [], [0, 200]])

    /// Returns the rows with a valid header and checksum.
    static func sealed(_ bytes: [UInt8], _ magic: [UInt8] = PackedRowWriter.magic) -> [UInt8] {
        let rest = Array(bytes.dropFirst(PackedRowWriter.headerLength))
        return magic + withUnsafeBytes(of: XXH64.hash(rest).littleEndian) { Array($0) } + rest
    }

    /// Returns a total whose parts have valid lengths, headers and checksums: rows, and one change for each byte 0xFF.
    static func sealed(total bytes: [UInt8]) -> [UInt8] {
        let parts = bytes.split(separator: 0xFF, omittingEmptySubsequences: false).map(Array.init)
        let changes = parts.dropFirst().map { PackedTotal.bytes(change: sealed($0, PackedChange.magic)) }
        return PackedTotal.bytes(rows: sealed(parts[0])) + changes.joined()
    }

    private static func checkTotal(_ bytes: [UInt8], columns: Int) throws {
        guard let rows = PackedTotal.unpack(bytes, columns: columns) else { return }
        let total = PackedTotal.bytes(rows: PackedRows.pack(rows, columns: columns))
        try require(PackedTotal.unpack(total, columns: columns) == rows, "the total differs when it is packed again")
    }

    private static func checkRows(_ bytes: [UInt8], columns: Int) throws {
        guard let rows = PackedRows.unpack(bytes, columns: columns) else { return }
        try require(
            PackedRows.unpack(PackedRows.pack(rows, columns: columns), columns: columns) == rows,
            "the rows change when they are packed again")
        let own = PlacedRows(inOrder: rows)
        let others = PackedRows.subtracting(own, from: bytes, rows: rows.count, columns: columns)
        try require(others == SparseRows(emptyRows: rows.count), "the rows minus themselves are not empty")
        let replaced = PackedRows.replacing(own, by: own, in: bytes, columns: columns)
        try require(
            replaced.map { PackedRows.unpack($0.total, columns: columns) } == rows,
            "the rows change when they are replaced by themselves")
    }
}

/// A block of a store with forged values of two shards.
private struct Block {
    private static let topics = 3
    private let words: [UInt8]
    private let total: [UInt8]
    private let contributions: [[UInt8]]
    private let tokens: Int

    init(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let isSealed = choices.byte() < 128
        tokens = choices.byte()
        words = choices.piece()
        let values = (0..<3).map { _ in choices.piece() }
        total = isSealed ? Parser.sealed(total: values[0]) : values[0]
        contributions = values[1...].map { isSealed ? Parser.sealed($0) : $0 }
    }

    static func samples() throws -> [[UInt8]] {
        let store = InMemoryCountStore(run: "r")
        let run = try FilledLedger(in: store, topics: topics, blocks: 1, shards: 2)
        try run.put([("a", [1, 0, 2]), ("b", [0, 1, 0])], shard: 0)
        try run.put([("b", [0, 0, 5])], shard: 1)
        let record = store.records(of: 0..<1)[0]
        let values = [record.words, record.total, record.contributions[0], record.contributions[1]]
        return [[0, 4] + values.flatMap { [UInt8($0?.count ?? 0)] + ($0 ?? []) }]
    }

    /// Checks that readers refuse the block or find it valid, and that two exchanges of both shards repair it.
    func check() throws {
        let store = InMemoryCountStore(run: "r")
        let run = try FilledLedger(in: store, topics: Self.topics, blocks: 1, shards: 2)
        for (shard, contribution) in contributions.enumerated() {
            let generation = store.claim(shard: shard, proposed: Generation(1))
            try store.report(
                ShardProgress(
                    shard: shard, iterations: 9, documents: 1, tokens: shard == 0 ? tokens : 5, host: "h", process: 1),
                generation: generation)
            _ = store.write([
                BlockWrite(
                    block: 0, shard: shard, basis: BlockBasis(store.records(of: 0..<1)[0], shard: shard),
                    change: .replace(total, version: .unique()), contribution: contribution,
                    tag: ContributionTag(generation: generation, sweep: 1), words: words)
            ])
        }
        try checkReaders(of: store, run.manifest)
        for _ in 0..<2 {
            for shard in 0..<2 {
                var ledger = ShardLedger(
                    shard: shard, generation: Generation(2), columns: Self.topics, blocks: 1,
                    words: { _ in [[97], [98, UInt8(shard)]] })
                let own = ShardLedger.OwnRows(block: 0, rows: SparseRows(dense: [[1, 2, 0], [0, 0, UInt32(shard)]]))
                do throws(CountStoreError) { _ = try ledger.exchange([own], sweep: 1, with: store) } catch {
                    guard case .overflow = error else { throw BrokenLaw(description: "an exchange threw \(error)") }
                    return
                }
            }
        }
        let whole: VerifiedBlock
        do { whole = try VerifiedBlock(store.records(of: 0..<1)[0], block: 0, columns: Self.topics) } catch {
            throw BrokenLaw(description: "after two exchanges the block is still invalid: \(error)")
        }
        try require(whole.total.sum == 7, "after two exchanges there are \(whole.total.sum) tokens instead of 7")
    }

    private func checkReaders(of store: InMemoryCountStore, _ manifest: RunManifest) throws {
        let record = store.records(of: 0..<1)[0]
        if let block = try? VerifiedBlock(record, block: 0, columns: Self.topics) {
            try require(
                block.amounts.values.reduce(0, +) == block.total.sum, "a total is not the sum of its contributions")
        }
        for violation in BlockAudit(record, block: 0, manifest: manifest).violations { _ = "\(violation)" }
        let snapshot = try accepted(or: SnapshotError.self) { try ModelSnapshot.take(from: store, manifest: manifest) }
        guard let snapshot else { return }
        try require(
            snapshot.tokens == snapshot.topicTotals.reduce(0, +), "topics and shards have different numbers of tokens")
    }
}

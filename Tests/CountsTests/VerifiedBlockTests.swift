import Counts
import TestSupport
import Testing

@Suite("verification of a block")
struct VerifiedBlockTests {
    /// Creates a block with two words and two shards.
    private static var whole: BlockRecord {
        var record = BlockRecord()
        record.version = .unique()
        record.words = WordList([[1], [2]]).packed()
        record.wordsIdentity = WordList.Identity(ofPacked: record.words ?? [])
        record.total = total([[3, 1], [2]])
        record.contributions = [
            0: PackedRows.pack(SparseRows(dense: [[1, 1], [2]]), columns: 2),
            7: PackedRows.pack(SparseRows(dense: [[2]]), columns: 2),
        ]
        record.tags = [
            0: ContributionTag(generation: Generation(1), sweep: 4),
            7: ContributionTag(generation: Generation(1), sweep: 6),
        ]
        return record
    }

    private static func total(_ dense: [[UInt32]]) -> [UInt8] {
        PackedTotal.bytes(rows: PackedRows.pack(SparseRows(dense: dense), columns: 2))
    }

    private func fault(_ change: (inout BlockRecord) -> Void) -> VerifiedBlock.Fault? {
        var record = Self.whole
        change(&record)
        do { _ = try VerifiedBlock(record, block: 5, columns: 2) } catch { return error }
        return nil
    }

    @Test("a block whose total is the sum of its contributions is decoded")
    func whole() throws {
        let block = try VerifiedBlock(Self.whole, block: 5, columns: 2)
        #expect(block.words.words == [[1], [2]])
        #expect(block.total == SparseRows(dense: [[3, 1], [2]]))
        #expect(block.amounts == [0: 4, 7: 2])
        #expect(block.sweeps == [0: 4, 7: 6])
    }

    @Test("a block that was never written is empty")
    func empty() throws {
        let block = try VerifiedBlock(BlockRecord(), block: 5, columns: 2)
        #expect(block.total.sum == 0 && block.words.count == 0 && block.amounts.isEmpty)
    }

    @Test("each damaged or missing value is reported")
    func damaged() {
        func damage(_ value: String) -> VerifiedBlock.Fault { .damaged(block: 5, value: value) }
        #expect(fault { $0.total = nil } == damage("n"))
        #expect(fault { $0.total?.removeLast() } == damage("n"))
        #expect(fault { $0.version = nil } == damage("v"))
        #expect(fault { $0.words = [9] } == damage("words"))
        #expect(fault { $0.words = nil } == damage("words"))
        #expect(fault { $0.wordsIdentity = nil } == damage("words"))
        #expect(fault { $0.contributions[7] = [] } == damage("c/7"))
        #expect(fault { $0.contributions[0]?[20] ^= 1 } == damage("c/0"))
        let long = PackedRows.pack(SparseRows(emptyRows: 3), columns: 2)
        #expect(fault { $0.contributions[7] = long } == damage("c/7"), "a row without a word")
        #expect(fault { $0.total = PackedTotal.bytes(rows: long) } == damage("n"))
    }

    @Test("a total that differs from the sum in one cell is unbalanced")
    func unbalanced() {
        let unbalanced = VerifiedBlock.Fault.unbalanced(block: 5)
        for dense in [[[3, 1], [3]], [[2, 1], [2]], [[3, 0], [2]], [[3, 1], [2, 1]], [[3, 1]]] as [[[UInt32]]] {
            #expect(fault { $0.total = Self.total(dense) } == unbalanced)
        }
        #expect(fault { $0.contributions[7] = nil } == unbalanced)
        let large = PackedRows.pack(SparseRows(dense: [[.max]]), columns: 2)
        #expect(fault { $0.contributions[7] = large } == unbalanced, "a sum of more than 32 bits")
    }

    @Test("tags and versions are parsed exactly as they are written, and nothing else is accepted")
    func texts() {
        let tag = ContributionTag(generation: Generation(1 << 53), sweep: 12, nonce: 0xAB)
        #expect(tag.text == "9007199254740992 12 00000000000000ab")
        #expect(ContributionTag(text: tag.text) == tag)
        for text in ["", "1 2", "1 2 3 4", "1  2 3", "x 2 3", "1 -2 3", "1 2 g", "1 2 "] {
            #expect(ContributionTag(text: text) == nil, "\(text)")
        }
        #expect(BlockVersion(text: BlockVersion(7).text) == BlockVersion(7))
        for text in ["", "7", "000000000000000g", "00000000000000007"] { #expect(BlockVersion(text: text) == nil) }
        #expect(Generation(.max) == Generation(1 << 53))
        #expect(Generation(5).next > Generation(5))
        let now = Generation(millisecondsSince1970: 1_800_000_000_000, random: .max)
        #expect(now < Generation(millisecondsSince1970: 1_800_000_000_001, random: 0) && now.value < 1 << 53)
    }
}

import Corpus
import Counts
import LDA
import Sampling
import TestSupport
import Testing

@Suite("A slice's state in a checkpoint")
struct PackedSliceTests {
    /// Documents of two themes, and a document of 400 tokens, whose counts do not fit in a byte.
    private static let documents = [(0..<400).map { ($0 * $0 + $0 / 7) % 12 }] + TinyCorpus.twoThemes
    private static let slice = TinyCorpus.slice(documents, words: 12)

    struct Shape: Sendable, CustomTestStringConvertible {
        let topics: Int
        let form: DocumentTopics.Form
        var testDescription: String { "\(topics) topics, \(form)" }
    }

    static let shapes = [1, 2, 3, 5, 100, 255, 256, 257, 1000, 65536].flatMap { topics in
        DocumentTopics.Form.allCases.filter { topics <= 1000 || $0 == .lists }.map { Shape(topics: topics, form: $0) }
    }

    /// A chain of one slice and one block.
    private struct Chain {
        var state: SliceState
        var block: BlockCounts
        var totals: [Int]
        var sampler: WordMajorSampler

        init(_ state: SliceState, topics: Int) {
            self.state = state
            block = BlockCounts(own: SliceState.recount([state], words: 0..<12, topics: topics))
            totals = [Int](repeating: 0, count: topics)
            block.own.addColumnSums(to: &totals)
            sampler = WordMajorSampler(priors: Priors(topics: topics, alpha: 0.3, beta: 0.1))
        }

        mutating func sweep() {
            _ = sampler.sample(words: 0..<12, block: &block, vocabulary: 12, totals: &totals, state: &state)
        }
    }

    private func chain(_ shape: Shape, sweeps: Int) -> Chain {
        var chain = Chain(
            SliceState(Self.slice, topics: shape.topics, seed: 3, stream: 1, form: shape.form), topics: shape.topics)
        for _ in 0..<sweeps { chain.sweep() }
        return chain
    }

    private func restored(_ packed: PackedSlice, _ shape: Shape) throws(PackedSlice.Fault) -> SliceState {
        try SliceState(Self.slice, topics: shape.topics, packed: packed, form: shape.form)
    }

    private func expectSame(_ one: SliceState, _ other: SliceState) {
        #expect(one.assignments == other.assignments)
        #expect(one.random == other.random)
        for document in 0..<one.documents.count {
            let (mine, theirs) = (one.documents.topics(of: document), other.documents.topics(of: document))
            #expect(mine.map(\.topic) == theirs.map(\.topic))
            #expect(mine.map(\.count) == theirs.map(\.count))
        }
    }

    @Test("is restored unchanged, and continues bit for bit", arguments: shapes)
    func goesOn(shape: Shape) throws {
        for sweeps in [0, 1, 4] {
            var whole = chain(shape, sweeps: sweeps)
            let packed = whole.state.packed()
            var resumed = Chain(try restored(packed, shape), topics: shape.topics)
            expectSame(resumed.state, whole.state)
            #expect(resumed.state.packed() == packed)
            for _ in 0..<3 {
                whole.sweep()
                resumed.sweep()
                expectSame(resumed.state, whole.state)
                #expect(resumed.block == whole.block)
            }
        }
    }

    @Test(
        "takes as many bits per topic as the greatest topic number needs",
        arguments: [(1, 0), (2, 1), (3, 2), (100, 7), (256, 8), (257, 9), (65536, 16)])
    func bits(topics: Int, bits: Int) {
        let state = SliceState(Self.slice, topics: topics, seed: 1, stream: 0)
        let packed = state.packed()
        #expect(packed.assignments.count == (state.tokens * bits + 7) / 8)
        #expect(packed.assignments.count == PackedSlice.assignmentBytes(of: Self.slice, topics: topics))
        let entries = state.documents.form == .rows ? 0 : state.documents.rows().cells
        #expect(packed.lists.count == (entries * bits + 7) / 8)
        #expect(packed.lists.count <= PackedSlice.maxListBytes(of: Self.slice, topics: topics))
    }

    @Test("is refused if it is not valid for any state of the slice")
    func faults() throws {
        let shape = Shape(topics: 300, form: .lists)
        let packed = chain(shape, sweeps: 2).state.packed()
        func changed(
            _ generator: [UInt64]? = nil, _ assignments: [UInt8]? = nil, _ lists: [UInt8]? = nil
        ) -> PackedSlice {
            PackedSlice(
                generator: generator ?? packed.generator, assignments: assignments ?? packed.assignments,
                lists: lists ?? packed.lists)
        }
        for generator in [[], [0, 0, 0, 0], [1, 2, 3], [1, 2, 3, 4, 5]] as [[UInt64]] {
            #expect(throws: PackedSlice.Fault.generator) { try restored(changed(generator), shape) }
        }
        let (assignments, lists) = (packed.assignments, packed.lists)
        for bytes in [[], assignments.dropLast(), assignments + [0], [255, 255] + assignments.dropFirst(2)] {
            #expect(throws: PackedSlice.Fault.assignments) { try restored(changed(nil, Array(bytes)), shape) }
        }
        // A list that is cut short; one that is too long; one with another topic; no list.
        for bytes in [lists.dropLast(), lists + [0], [lists[0] ^ 1] + lists.dropFirst(), []] as [[UInt8]] {
            #expect(throws: PackedSlice.Fault.lists) { try restored(changed(nil, nil, bytes), shape) }
        }
        #expect(throws: PackedSlice.Fault.lists) {
            try restored(changed(nil, [UInt8](repeating: 0, count: assignments.count)), shape)
        }
        let rows = chain(Shape(topics: 5, form: .rows), sweeps: 1).state.packed()
        #expect(throws: PackedSlice.Fault.lists) {
            try restored(
                PackedSlice(generator: rows.generator, assignments: rows.assignments, lists: [0]),
                Shape(topics: 5, form: .rows))
        }
    }

    @Test(
        "if it is damaged, is refused or gives a state whose counts match its assignments",
        arguments: shapes.filter { $0.topics <= 257 })
    func damage(shape: Shape) throws {
        let packed = chain(shape, sweeps: 2).state.packed()
        var random = Xoshiro256(seed: 7, stream: 0)
        for _ in 0..<30 {
            var (assignments, lists) = (packed.assignments, packed.lists)
            func flip(_ bytes: inout [UInt8]) {
                if bytes.isEmpty { return }
                bytes[random.next(below: bytes.count)] ^= 1 << UInt8(random.next(below: 8))
            }
            if random.next(below: 2) == 0 { flip(&assignments) } else { flip(&lists) }
            let damaged = PackedSlice(generator: packed.generator, assignments: assignments, lists: lists)
            guard let state = try? restored(damaged, shape) else { continue }
            var counts = [[UInt32]](repeating: [UInt32](repeating: 0, count: shape.topics), count: Self.documents.count)
            for (token, topic) in state.assignments.enumerated() {
                counts[Int(state.slice.tokenDocuments[token])][Int(topic)] += 1
            }
            #expect(state.documents.rows() == SparseRows(dense: counts))
        }
    }
}

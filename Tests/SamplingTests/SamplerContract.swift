import Corpus
import Counts
import LDA
import Sampling
import TestSupport
import Testing

/// Tests the conditions of `TopicSampler` for every sampler, instruction set of this machine and form of documents.
@Suite("Every sampler")
struct SamplerContract {
    struct Candidate: Sendable, CustomTestStringConvertible {
        let name: String
        let form: DocumentTopics.Form
        let make: @Sendable (Priors) -> any TopicSampler

        var testDescription: String { "\(name), documents as \(form)" }
    }

    static let samplers =
        [Candidate(name: "dense", form: .lists) { DenseSampler(priors: $0) }]
        + InstructionSet.supported.flatMap { instructions in
            [
                Candidate(name: "word-major with \(instructions)", form: .rows) {
                    WordMajorSampler(priors: $0, instructions: instructions)
                }
            ]
                + [false, true].map { gathers in
                    Candidate(name: "word-major with \(instructions), \(gathers ? "gathers" : "loads")", form: .lists) {
                        WordMajorSampler(priors: $0, instructions: instructions, gathers: gathers)
                    }
                }
        }

    /// A chain of one slice and one block.
    struct Chain {
        var state: SliceState
        var block: BlockCounts
        var totals: [Int]
        var sampler: any TopicSampler
        let words: Int

        init(_ sampler: Candidate, documents: [[Int]], words: Int, priors: Priors, seed: UInt64 = 1) {
            let topics = priors.topics
            state = SliceState(
                TinyCorpus.slice(documents, words: words), topics: topics, seed: seed, stream: 0, form: sampler.form)
            block = BlockCounts(own: SliceState.recount([state], words: 0..<words, topics: topics))
            totals = Array(repeating: 0, count: topics)
            block.own.addColumnSums(to: &totals)
            self.sampler = sampler.make(priors)
            self.words = words
        }

        mutating func install(others: SparseRows) {
            block.replaceOthers(others, at: RowPlaces(inOrder: words), totals: &totals)
        }

        mutating func sweep() -> Int {
            sampler.sample(words: 0..<words, block: &block, vocabulary: words, totals: &totals, state: &state)
        }

        /// Returns the code of the assignment in `ExactPosterior`.
        func code(topics: Int) -> Int {
            state.assignments.reversed().reduce(0) { $0 * topics + Int($1) }
        }
    }

    /// Counts the visits of a long chain, thinned so that they are nearly independent.
    private func visits(_ chain: inout Chain, topics: Int, tokens: Int, count: Int) -> [Int] {
        var codes = 1
        for _ in 0..<tokens { codes *= topics }
        var visits = [Int](repeating: 0, count: codes)
        for _ in 0..<100 { _ = chain.sweep() }
        for _ in 0..<count {
            for _ in 0..<5 { _ = chain.sweep() }
            visits[chain.code(topics: topics)] += 1
        }
        return visits
    }

    private func tokens(_ slice: CorpusSlice) -> [(word: Int, document: Int)] {
        (0..<slice.tokenStarts.count - 1).flatMap { word in
            (slice.tokenStarts[word]..<slice.tokenStarts[word + 1]).map {
                (word, Int(slice.tokenDocuments[Int($0)]))
            }
        }
    }

    @Test("visits assignments with the frequencies of the exact posterior", arguments: samplers, [false, true])
    func exactPosterior(sampler: Candidate, withOthers: Bool) {
        let alpha = [0.7, 0.3, 1.1]
        let documents = [[0, 0, 1], [1, 2], []]
        var chain = Chain(
            sampler, documents: documents, words: 3, priors: Priors(alpha: alpha, beta: 0.4))
        let others = [[2, 0, 1], [0, 3, 0], [0, 0, 0]]
        if withOthers { chain.install(others: SparseRows(dense: others.map { $0.map { UInt32($0) } })) }
        let truth = ExactPosterior(
            tokens: tokens(chain.state.slice), words: 3, documents: 3, alpha: alpha, beta: 0.4,
            others: withOthers ? others : nil)
        let visits = visits(&chain, topics: 3, tokens: 5, count: 10_000)
        let (statistic, degrees) = truth.chiSquare(visits: visits)
        #expect(statistic < ExactPosterior.limit(degrees: degrees), "chi-square \(statistic) at \(degrees) degrees")
        #expect(degrees > 100)
    }

    @Test("fails the test of the exact posterior with another prior", arguments: samplers)
    func exactPosteriorCanFail(sampler: Candidate) {
        let documents = [[0, 0, 1], [1, 2], []]
        var chain = Chain(
            sampler, documents: documents, words: 3, priors: Priors(alpha: [0.7, 0.3, 1.1], beta: 0.4))
        let truth = ExactPosterior(
            tokens: tokens(chain.state.slice), words: 3, documents: 3, alpha: [0.7, 0.4, 1.1], beta: 0.4)
        let visits = visits(&chain, topics: 3, tokens: 5, count: 10_000)
        let (statistic, degrees) = truth.chiSquare(visits: visits)
        #expect(statistic > ExactPosterior.limit(degrees: degrees))
    }

    @Test(
        "keeps every count a recount of the assignments", arguments: samplers,
        [1, 2, 7, 16, 17, 100, 256, 257, 1000])
    func recounts(sampler: Candidate, topics: Int) {
        let documents = TinyCorpus.twoThemes
        var chain = Chain(
            sampler, documents: documents, words: 12,
            priors: Priors(topics: topics, alpha: 0.1, beta: 0.01))
        let wordSums = chain.block.own.rowSums
        for _ in 0..<(topics > 100 ? 3 : 10) {
            _ = chain.sweep()
            #expect(chain.block.own == SliceState.recount([chain.state], words: 0..<12, topics: topics))
            #expect(chain.block.own.rowSums == wordSums)
            var totals = [Int](repeating: 0, count: topics)
            chain.block.own.addColumnSums(to: &totals)
            #expect(chain.totals == totals)
            #expect(chain.state.documents.rows() == Self.documentRecount(chain.state, topics: topics))
        }
    }

    @Test("does not change the counts of other processes", arguments: samplers)
    func others(sampler: Candidate) {
        var chain = Chain(
            sampler, documents: TinyCorpus.twoThemes, words: 12,
            priors: Priors(topics: 20, alpha: 0.1, beta: 0.01))
        let others = SparseRows(dense: (0..<12).map { word in (0..<20).map { UInt32(($0 * word) % 3 * 100_000) } })
        chain.install(others: others)
        for _ in 0..<5 { _ = chain.sweep() }
        #expect(chain.block.others == others)
        #expect(chain.block.own == SliceState.recount([chain.state], words: 0..<12, topics: 20))
        #expect(chain.totals.reduce(0, +) == others.sum + chain.state.tokens)
    }

    @Test("gives the same result for the same seed, and another for another seed", arguments: samplers)
    func seeds(sampler: Candidate) {
        func assignments(seed: UInt64) -> [UInt16] {
            var chain = Chain(
                sampler, documents: TinyCorpus.twoThemes, words: 12,
                priors: Priors(topics: 30, alpha: 0.1, beta: 0.01), seed: seed)
            for _ in 0..<10 { _ = chain.sweep() }
            return chain.state.assignments
        }
        #expect(assignments(seed: 7) == assignments(seed: 7))
        #expect(assignments(seed: 7) != assignments(seed: 8))
    }

    @Test("finds two themes in documents of two themes", arguments: samplers)
    func themes(sampler: Candidate) {
        var chain = Chain(
            sampler, documents: TinyCorpus.twoThemes, words: 12,
            priors: Priors(topics: 2, alpha: 0.1, beta: 0.01))
        for _ in 0..<100 { _ = chain.sweep() }
        let topicOfWord = (0..<12).map { word in chain.block.own.range(of: word).map { chain.block.own.columns[$0] } }
        #expect(Set(topicOfWord[..<6]).count == 1 && Set(topicOfWord[6...]).count == 1)
        #expect(topicOfWord[0] != topicOfWord[6])
    }

    @Test("works without tokens", arguments: samplers)
    func empty(sampler: Candidate) {
        var chain = Chain(
            sampler, documents: [], words: 0, priors: Priors(topics: 3, alpha: 0.1, beta: 0.01))
        #expect(chain.sweep() == 0)
        var wordless = Chain(
            sampler, documents: [[], []], words: 2, priors: Priors(topics: 3, alpha: 0.1, beta: 0.01))
        #expect(wordless.sweep() == 0)
        #expect(wordless.block.own == SparseRows(emptyRows: 2))
    }

    static func documentRecount(_ state: SliceState, topics: Int) -> SparseRows {
        var counts = [[UInt32]](
            repeating: [UInt32](repeating: 0, count: topics), count: state.slice.documentLengths.count)
        for (token, topic) in state.assignments.enumerated() {
            counts[Int(state.slice.tokenDocuments[token])][Int(topic)] += 1
        }
        return SparseRows(dense: counts)
    }
}

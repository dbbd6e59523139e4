import Corpus
import Counts
import LDA
import Sampling
import TestSupport
import Testing

@Suite("The kernels")
struct KernelTests {
    typealias Chain = SamplerContract.Chain

    /// Returns documents of 0 to `longest` tokens over `words` words; words with low numbers are more frequent.
    private func documents(_ count: Int, longest: Int, words: Int) -> [[Int]] {
        var random = SplitMix64(seed: 3)
        return (0..<count).map { index in
            (0..<(index == 0 ? longest : Int.random(in: 0...longest, using: &random))).map { _ in
                let (a, b) = (Int.random(in: 0..<words, using: &random), Int.random(in: 0..<words, using: &random))
                return a * b / words
            }
        }
    }

    private func candidates(_ form: DocumentTopics.Form) -> [SamplerContract.Candidate] {
        SamplerContract.samplers.filter { $0.form == form && $0.name != "dense" }
    }

    @Test(
        "give bit-identical results with every instruction set", arguments: DocumentTopics.Form.allCases,
        [1, 3, 16, 40, 250, 5000])
    func sameBits(form: DocumentTopics.Form, topics: Int) {
        let documents = documents(40, longest: 90, words: 30)
        let results = candidates(form).map { candidate in
            var chain = Chain(
                candidate, documents: documents, words: 30, priors: Priors(topics: topics, alpha: 0.2, beta: 0.05))
            for _ in 0..<3 { _ = chain.sweep() }
            return chain.state.assignments
        }
        #expect(Set(results).count == 1)
        #expect(results.count == InstructionSet.supported.count * (form == .lists ? 2 : 1))
    }

    @Test("count documents of every length", arguments: DocumentTopics.Form.allCases, [0, 1, 255, 256, 700])
    func lengths(form: DocumentTopics.Form, longest: Int) {
        for candidate in candidates(form) {
            // With one topic, every number of a row is the document's length.
            for topics in [1, 20] {
                var chain = Chain(
                    candidate, documents: documents(5, longest: longest, words: 6), words: 6,
                    priors: Priors(topics: topics, alpha: 0.1, beta: 0.01))
                for _ in 0..<3 { _ = chain.sweep() }
                #expect(chain.state.documents.rows() == SamplerContract.documentRecount(chain.state, topics: topics))
            }
        }
    }

    @Test("keep every running sum within rounding errors of its recount", arguments: [300, 20_000])
    func drift(tokens: Int) {
        for candidate in candidates(.lists) {
            let topics = 500
            let slice = TinyCorpus.slice(
                (0..<tokens / 50).map { _ in Array(repeating: 0, count: 50) } + documents(50, longest: 50, words: 9),
                words: 9)
            var state = SliceState(slice, topics: topics, seed: 1, stream: 0, form: .lists)
            var block = BlockCounts(own: SliceState.recount([state], words: 0..<9, topics: topics))
            var totals = [Int](repeating: 0, count: topics)
            block.own.addColumnSums(to: &totals)
            guard var sampler = candidate.make(Priors(topics: topics, alpha: 0.1, beta: 0.01)) as? WordMajorSampler
            else {
                Issue.record("\(candidate) is not a word-major sampler")
                return
            }
            sampler.drift = 0
            for _ in 0..<3 {
                _ = sampler.sample(words: 0..<9, block: &block, vocabulary: 9, totals: &totals, state: &state)
            }
            // Sums are recomputed after 1024 tokens, each of which rounds a sum twice, by at most 2^-24 of it.
            let drift = sampler.drift ?? 1
            #expect(drift > 0 && drift < 1024 * 2 * 0x1p-24, "\(candidate): \(drift)")
        }
    }

    @Test("use the form of documents that needs less memory", arguments: [1, 16, 100, 256])
    func form(topics: Int) {
        func form(_ lengths: [UInt32]) -> DocumentTopics.Form {
            DocumentTopics(documentLengths: lengths, topics: topics).form
        }
        #expect(form(Array(repeating: 5000, count: 100)) == .rows)
        #expect(form([70_000]) == .lists, "a row's numbers have two bytes")
        if topics > 64 { #expect(form(Array(repeating: 10, count: 100)) == .lists) }
        #expect(DocumentTopics(documentLengths: [5000], topics: 1000).form == .lists)
    }
}

import Corpus
import Counts
import LDA
import Platform
import Sampling

// Measures the time for a token in each kernel, with one core and one block, without files and without a store. It is
// built only on request:
//
//     DIST_LDA_BENCHMARKS=1 swift run -c release kernel-benchmark
//     DIST_LDA_BENCHMARKS=1 swift run -c release kernel-benchmark FILE TOPICS SWEEPS      (see Drift.swift)
//
// The corpus is synthetic: words follow Zipf's law, and each document draws from a few of 100 themes, so that lists are
// as long as in real text. Each line of the output is a kernel, a form of documents and a number of topics. Times are
// the median of the last sweeps, `topics` is the mean number of topics in a document, and `bytes` is the number of
// bytes of tokens and documents that are read and written for a token.

let clock = ContinuousClock()
let words = 20_000
let documents = 15_000
let documentTokens = 120

func corpus() -> CorpusSlice {
    var random = SplitMix64(seed: 1)
    func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
    var places = [[UInt32]](repeating: [], count: words)
    for document in 0..<documents {
        let themes = (0..<4).map { _ in Int(uniform() * 100) }
        for _ in 0..<documentTokens {
            // The inverse of a continuous Zipf distribution; every theme has its own order of the words.
            var rank = 1.0
            for _ in 0..<14 where uniform() < 0.5 { rank *= 2 }
            let word = (Int(rank * (1 + uniform())) * 7919 + themes[Int(uniform() * 4)] * 104_729) % words
            places[word].append(UInt32(document))
        }
    }
    var starts: [UInt32] = [0]
    for place in places { starts.append(starts.last! + UInt32(place.count)) }
    return CorpusSlice(
        documentLines: Array(0..<documents),
        documentLengths: Array(repeating: UInt32(documentTokens), count: documents),
        tokenStarts: starts, tokenDocuments: places.flatMap(\.self))
}

func measure(_ slice: CorpusSlice, _ instructions: InstructionSet, _ form: DocumentTopics.Form, topics: Int) {
    var state = SliceState(slice, topics: topics, seed: 1, stream: 0, form: form)
    var block = BlockCounts(own: SliceState.recount([state], words: 0..<words, topics: topics))
    var totals = [Int](repeating: 0, count: topics)
    block.own.addColumnSums(to: &totals)
    let priors = Priors(topics: topics, alpha: 50 / Double(topics), beta: 0.01)
    var sampler = WordMajorSampler(priors: priors, instructions: instructions)
    var seconds: [Double] = []
    for _ in 0..<12 {
        let time = clock.measure {
            _ = sampler.sample(words: 0..<words, block: &block, vocabulary: words, totals: &totals, state: &state)
        }
        seconds.append(time / .seconds(1))
    }
    let nanoseconds = seconds.suffix(7).sorted()[3] / Double(state.tokens) * 1e9
    let entries = (0..<documents).reduce(0) { $0 + state.documents.topics(of: $1).count }
    let perDocument = Double(entries) / Double(documents)
    let bytes = 6 + (form == .rows ? Double(topics) : 4 * (perDocument + 1)) * 2
    func column(_ value: Double) -> String {
        let text = "\((value * 10).rounded() / 10)"
        return String(repeating: " ", count: max(0, 9 - text.count)) + text
    }
    func padded(_ text: String) -> String { text + String(repeating: " ", count: max(0, 7 - text.count)) }
    print(
        padded(instructions.rawValue), padded("\(form)"), padded("\(topics)"), column(nanoseconds),
        column(1e3 / nanoseconds),
        column(perDocument), column(bytes))
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.count == 3, let topics = Int(arguments[2]), let sweeps = Int(arguments[3]) {
    try Drift.watch(arguments[1], topics: topics, sweeps: sweeps)
    exit(0)
}

let slice = corpus()
print("kernel  form    K         ns/token  M tokens/s   topics     bytes")
for topics in [20, 100, 256, 1_000, 10_000] {
    for form in DocumentTopics.Form.allCases where form == .lists || topics <= 256 {
        for instructions in InstructionSet.supported { measure(slice, instructions, form, topics: topics) }
    }
}

import Compression
import Counts
import LDA
package import Models

/// A model given by its documents and tokens. Its counts are computed from these.
package struct TinyModel: ModelDocuments {
    package struct Token: Sendable {
        package let word: Int
        package let topic: Int

        package init(word: Int, topic: Int) { (self.word, self.topic) = (word, topic) }
    }

    package let words: [[UInt8]]
    package let documents: [(name: [UInt8], tokens: [Token])]
    package let alpha: [Double]
    package let beta: Double
    /// Whether the documents contain their tokens, and not only the number of tokens in each topic.
    package var tellsTokens = true

    package init(words: [[UInt8]], documents: [(name: [UInt8], tokens: [Token])], alpha: [Double], beta: Double) {
        self.words = words
        self.documents = documents
        self.alpha = alpha
        self.beta = beta
    }

    /// A model of three words in two topics, with two documents and an empty one. One word contains a space; one word
    /// and one name begin a formula.
    package static let golden = TinyModel(
        words: ["ape", "a b", "=c\""].map { Array($0.utf8) },
        documents: [
            (Array("d 0".utf8), [Token(word: 0, topic: 0), Token(word: 0, topic: 0), Token(word: 1, topic: 0)]),
            (Array("-d1".utf8), []),
            (
                Array("d2".utf8),
                [
                    Token(word: 1, topic: 1), Token(word: 1, topic: 1), Token(word: 1, topic: 1),
                    Token(word: 2, topic: 1),
                ]
            ),
        ], alpha: [0.5, 0.25], beta: 0.01)

    /// Returns a random model, the same for the same seed. With few words and many topics, some topics are empty.
    package static func random(
        seed: UInt64, topics: Int, words: Int, documents: Int, longest: Int = 30, symmetric: Bool = true
    ) -> TinyModel {
        var random = SplitMix(state: seed)
        return TinyModel(
            words: (0..<words).map { Array("word\($0)".utf8) },
            documents: (0..<documents).map { document in
                let theme = Int(random.next() % UInt64(topics))
                let tokens = (0..<Int(random.next() % UInt64(longest + 1))).map { _ in
                    let topic = random.next() % 3 > 0 ? theme : Int(random.next() % UInt64(topics))
                    let spread = Int(random.next() % UInt64(words)) * Int(random.next() % UInt64(words)) / words
                    return Token(word: (spread + topic * 7) % words, topic: topic)
                }
                return (Array("d\(document)".utf8), tokens)
            },
            alpha: (0..<topics).map { symmetric ? 0.1 : 0.1 + Double($0) / 8 }, beta: 0.05)
    }

    package var model: TopicModel {
        var counts = words.map { _ in [UInt32](repeating: 0, count: alpha.count) }
        for document in documents { for token in document.tokens { counts[token.word][token.topic] += 1 } }
        return TopicModel(
            document: "m.txt", priors: Priors(alpha: alpha, beta: beta), iterations: 7,
            words: LabelledRows(WordList(words), SparseRows(dense: counts)))
    }

    package var count: Int { documents.count }

    package var tokenWords: NumberedWords? {
        guard tellsTokens else { return nil }
        var labels = ByteStrings()
        for word in words { labels.append(word) }
        return NumberedWords(labels: labels, rows: Array(words.indices))
    }

    package func visit(withTokens: Bool, _ body: (ModelDocument) throws -> Void) throws {
        for (index, document) in documents.enumerated() {
            var visited = ModelDocument()
            (visited.index, visited.name) = (index, document.name)
            var counts: [Int: UInt32] = [:]
            for token in document.tokens { counts[token.topic, default: 0] += 1 }
            visited.topics = counts.keys.sorted().map { UInt16($0) }
            visited.counts = visited.topics.map { counts[Int($0)]! }
            if withTokens {
                visited.tokenWords = document.tokens.map { UInt32($0.word) }
                visited.tokenTopics = document.tokens.map { UInt16($0.topic) }
            }
            try body(visited)
        }
    }

    /// Returns the decompressed bytes of a file of `format`, and checks that the folder contains the files `names`.
    package func written(
        _ format: ModelFormat, threshold: Double? = nil, part: StatePart = .whole, names: [String]
    ) throws -> [String: [UInt8]] {
        let folder = try TemporaryDirectory()
        var files = ModelFiles([format], of: model)
        files.documents = self
        files.threshold = threshold
        files.statePart = part
        let written = try files.write(to: folder.path)
        guard written.files == names else { throw Unexpected(files: written.files) }
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Self.contents(folder($0))) })
    }

    package func text(_ format: ModelFormat, threshold: Double? = nil, part: StatePart = .whole, name: String) throws
        -> String
    {
        let files = try written(format, threshold: threshold, part: part, names: [name])
        return String(decoding: files[name]!, as: UTF8.self)
    }

    package struct Unexpected: Error {
        package let files: [String]
    }

    package static func contents(_ path: String) throws -> [UInt8] {
        var reader = try DecompressingReader(path: path)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while true {
            let count = try reader.read(into: &buffer)
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}

/// Steele, Lea, Flood 2014.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

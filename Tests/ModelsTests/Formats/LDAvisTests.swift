import Counts
import Foundation
import TestSupport
import Testing

@testable import Models

@Suite("LDAvis from counts")
struct LDAvisTests {
    private func object(_ tiny: TinyModel) throws -> [String: Any] {
        let bytes = try tiny.written(.ldavis, names: ["ldavis.json"])["ldavis.json"]!
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test(
        "All numbers are present and finite, even for few topics, words and tokens",
        arguments: [(1, 1, 0), (1, 5, 3), (2, 1, 2), (2, 40, 9), (3, 2, 0), (7, 60, 25), (40, 12, 4)])
    func numbers(topics: Int, words: Int, documents: Int) throws {
        let object = try object(.random(seed: 1, topics: topics, words: words, documents: documents))
        let places = try #require(object["mdsDat"] as? [String: [Double]])
        #expect(Set(places.keys) == ["x", "y", "topics", "cluster", "Freq"])
        #expect(places.values.allSatisfy { $0.count == topics && $0.allSatisfy(\.isFinite) })
        let info = try #require(object["tinfo"] as? [String: [Any]])
        #expect(Set(info.keys) == ["Term", "Freq", "Total", "Category", "logprob", "loglift"])
        for name in ["Freq", "Total", "logprob", "loglift"] {
            #expect(info[name]!.allSatisfy { ($0 as? Double)?.isFinite == true })
        }
        let shown = try #require(object["R"] as? Int)
        #expect(shown == min(30, words))
        #expect(info["Category"]!.prefix(shown).allSatisfy { $0 as? String == "Default" })
        for topic in 1...topics {
            #expect(info["Category"]!.filter { $0 as? String == "Topic\(topic)" }.count >= shown)
        }
        let table = try #require(object["token.table"] as? [String: [Any]])
        #expect(Set(table.keys) == ["Topic", "Freq", "Term"])
        #expect(object["topic.order"] as? [Int] == Array(1...topics))
    }

    @Test("A model without words has no terms")
    func noWords() throws {
        let object = try object(TinyModel(words: [], documents: [], alpha: [0.1, 0.1], beta: 0.1))
        #expect(object["R"] as? Int == 0)
        #expect((object["tinfo"] as? [String: [Any]])?["Term"]?.isEmpty == true)
    }

    @Test("Distances equal those of the dense formula", arguments: [1, 2, 3])
    func distances(seed: UInt64) {
        let model = TinyModel.random(seed: seed, topics: 9, words: 50, documents: 30).model
        let phi = (0..<9).map { topic in
            (0..<50).map { word in
                let count = model.words.rows.range(of: word).first { Int(model.words.rows.columns[$0]) == topic }
                    .map { model.words.rows.amounts[$0] }
                return model.probability(count: count ?? 0, topic: topic)
            }
        }
        let distances = TopicDistances(model).distances
        for i in 0..<9 {
            for j in 0..<i {
                let expected = zip(phi[i], phi[j]).reduce(0.0) { sum, pair in
                    let mean = (pair.0 + pair.1) / 2
                    return sum + (pair.0 * log(pair.0 / mean) + pair.1 * log(pair.1 / mean)) / 2
                }
                #expect(abs(distances[i, j] - expected) < 1e-12)
            }
        }
    }

    @Test("Terms are selected by the relevance and saliency of all words", arguments: [4, 5])
    func terms(seed: UInt64) {
        let model = TinyModel.random(seed: seed, topics: 5, words: 90, documents: 60).model
        let terms = LDAvisTerms(model, shown: 8)
        let share = (0..<90).map {
            exp(log(terms.frequency(of: $0)) - log((0..<90).reduce(0) { $0 + terms.frequency(of: $1) }))
        }
        for (topic, found) in terms.relevant().enumerated() {
            var expected = Set<Int>()
            for step in 0...100 {
                let lambda = Double(step) / 100
                let relevance = (0..<90).map { word in
                    let phi = terms.probability(of: word, topic: topic)
                    return lambda * log(phi) + (1 - lambda) * (log(phi) - log(share[word]))
                }
                expected.formUnion((0..<90).sorted { (relevance[$1], $0) < (relevance[$0], $1) }.prefix(8))
            }
            // Words of equal relevance may be exchanged for one another.
            let spread = found.filter { !expected.contains($0) }
            #expect(
                spread.allSatisfy { model.words.rows.range(of: $0).count <= 2 } && spread.count <= expected.count / 4)
        }
        #expect(terms.salient().count == 8 && Set(terms.salient()).count == 8)
    }
}

@Suite("Eigenvalues of symmetric matrices")
struct SymmetricMatrixTests {
    private func random(_ count: Int, seed: UInt64) -> SymmetricMatrix {
        var generator = SplitMix(state: seed)
        var matrix = SymmetricMatrix(count: count)
        for row in 0..<count {
            for column in 0...row { matrix[row, column] = Double.random(in: -1...1, using: &generator) }
        }
        return matrix
    }

    private func check(_ matrix: SymmetricMatrix, wanted: Int, scale: Double = 1) {
        let pairs = matrix.largest(wanted)
        #expect(pairs.count == min(wanted, matrix.count))
        for (index, pair) in pairs.enumerated() {
            for row in 0..<matrix.count {
                let image = (0..<matrix.count).reduce(0.0) { $0 + matrix[row, $1] * pair.vector[$1] }
                #expect(abs(image - pair.value * pair.vector[row]) < 1e-10 * scale)
            }
            for other in pairs[...index] {
                let dot = zip(pair.vector, other.vector).reduce(0.0) { $0 + $1.0 * $1.1 }
                #expect(abs(dot - (other.vector == pair.vector ? 1 : 0)) < 1e-10)
            }
            if index > 0 { #expect(pair.value <= pairs[index - 1].value + 1e-12 * scale) }
        }
    }

    @Test("A x = lambda x, orthogonal and in order", arguments: [1, 2, 3, 4, 7, 20, 61], [1, 2, 3] as [UInt64])
    func random(count: Int, seed: UInt64) {
        check(random(count, seed: seed), wanted: count < 10 ? count : 3, scale: Double(count))
    }

    @Test("The sum of all eigenvalues is the trace, and they are in descending order")
    func trace() {
        let matrix = random(12, seed: 9)
        let values = matrix.largest(12).map(\.value)
        let trace = (0..<12).reduce(0.0) { $0 + matrix[$1, $1] }
        #expect(abs(values.reduce(0, +) - trace) < 1e-10)
        #expect(values == values.sorted(by: >))
    }

    @Test("Zero matrices, equal eigenvalues and block matrices are handled", arguments: [2, 3, 8])
    func degenerate(count: Int) {
        check(SymmetricMatrix(count: count), wanted: 2)
        var identity = SymmetricMatrix(count: count)
        for row in 0..<count { identity[row, row] = 3 }
        check(identity, wanted: 2)
        var ones = SymmetricMatrix(count: count)
        for row in 0..<count { for column in 0...row { ones[row, column] = 1 } }
        check(ones, wanted: 2)
        var halves = identity
        halves[0, 1] = 2
        check(halves, wanted: 2)
    }
}

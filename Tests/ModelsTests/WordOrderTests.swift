import Corpus
import Counts
import Models
import TestSupport
import Testing

@Suite("The order in which the words of a model are written")
struct WordOrderTests {
    @Test("Words are in the order of the list, then those that it does not have; every word keeps its counts")
    func order() {
        let tiny = TinyModel(
            words: ["d", "b", "x", "a", "y"].map { Array($0.utf8) },
            documents: [(Array("d".utf8), (0..<5).map { TinyModel.Token(word: $0, topic: $0 % 2) })],
            alpha: [0.1, 0.1], beta: 0.1)
        let list = WordTable(["a", "b", "c", "d", "a"].map { Array($0.utf8) })
        let order = WordOrder(of: tiny.model.words.labels, by: list)
        let model = tiny.model.ordered(by: order)
        let labels = (0..<model.words.count).map { String(decoding: model.words.labels[$0], as: UTF8.self) }
        #expect(labels == ["a", "b", "d", "x", "y"])
        #expect(model.topicTotals == tiny.model.topicTotals)
        for row in 0..<5 {
            let (old, new) = (tiny.model.words.rows, model.words.rows)
            #expect(old.range(of: row).map { old.columns[$0] } == new.range(of: order(row)).map { new.columns[$0] })
        }
        #expect((0..<5).map { order($0) } == [2, 1, 3, 0, 4] && order(7) == 7)
    }
}

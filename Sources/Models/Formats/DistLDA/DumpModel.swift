import Corpus
import Counts
import JSON
import LDA

/// A model read from a dump of this program or of the original dist_lda (`DistLDADump` describes the format). Members
/// may be in any order; unknown members are skipped.
///
/// Words and documents are numbered in the order of their first occurrence. Memory: the counts and the labels.
package struct DumpModel {
    package let model: TopicModel
    /// The contents of `d`; empty if no documents were published.
    package let documents: LabelledRows

    package init(_ file: String) throws(ModelFileError) {
        let contents: Contents
        do { contents = try Contents(file) } catch { throw ModelFileError(file, error) }
        guard let alpha = contents.alpha, let beta = contents.beta, let topics = contents.topics, topics > 0 else {
            throw .contradiction(file: file, fault: "alpha, beta or topics are missing: this is not a dist_lda dump")
        }
        let largest = max(contents.words.largestTopic, contents.documents.largestTopic)
        guard largest < topics else {
            throw .contradiction(file: file, fault: "there are tokens in topic \(largest), but only \(topics) topics")
        }
        model = TopicModel(
            document: contents.document, priors: Priors(topics: topics, alpha: alpha, beta: beta),
            shards: contents.shards, iterations: contents.iterations, words: contents.words.rows)
        documents = contents.documents.rows
    }

    /// The members of a dump.
    private struct Contents {
        var words = Section()
        var documents = Section()
        var alpha: Double?
        var beta: Double?
        var topics: Int?
        var shards = 1
        var iterations = 0
        var document = ""

        init(_ file: String) throws(JSONFileError) {
            var reader = try JSONReader(path: file)
            try reader.object { key, reader throws(JSONFileError) in
                switch String(decoding: key, as: UTF8.self) {
                case "w": try words.read(&reader)
                case "d": try documents.read(&reader)
                case "alpha": alpha = try Self.prior(&reader)
                case "beta": beta = try Self.prior(&reader)
                case "topics": topics = try reader.whole(65536)
                case "shards": shards = max(1, try reader.whole(1 << 20))
                case "iterations": iterations = try reader.whole()
                case "document": document = String(decoding: try reader.string(), as: UTF8.self)
                case "model":
                    guard try reader.string() == Array("lda".utf8) else {
                        throw reader.fault("a model that is not \"lda\"")
                    }
                default: try reader.skip()
                }
            }
            try reader.finish()
        }

        private static func prior(_ reader: inout JSONReader) throws(JSONFileError) -> Double {
            let number = try reader.number()
            guard number > 0 else { throw reader.fault("a prior that is not positive") }
            return number
        }
    }

    /// Converts {topic: {label: count}} to rows.
    private struct Section {
        private var labels = Vocabulary()
        private var cells: [(label: UInt32, topic: UInt16, count: UInt32)] = []
        private(set) var largestTopic = -1

        mutating func read(_ reader: inout JSONReader) throws(JSONFileError) {
            guard cells.isEmpty else { throw reader.fault("the same member twice") }
            try reader.object { key, reader throws(JSONFileError) in
                guard let topic = DecimalText.whole(key[...]), topic < 65536 else {
                    throw reader.fault("a topic that is not a number below 65536")
                }
                largestTopic = max(largestTopic, topic)
                try reader.object { label, reader throws(JSONFileError) in
                    let count = try reader.whole(Int(UInt32.max))
                    guard count > 0 else { return }
                    cells.append((UInt32(labels.insert(label)), UInt16(topic), UInt32(count)))
                }
            }
            cells.sort { ($0.label, $0.topic) < ($1.label, $1.topic) }
            for index in cells.indices.dropFirst()
            where cells[index].label == cells[index - 1].label && cells[index].topic == cells[index - 1].topic {
                throw reader.fault("a word twice in topic \(cells[index].topic)")
            }
        }

        var rows: LabelledRows {
            var rows = SparseRows(reservingCells: cells.count, rows: labels.count)
            var row = 0
            for cell in cells {
                while row < cell.label {
                    rows.endRow()
                    row += 1
                }
                rows.append(column: cell.topic, amount: cell.count)
            }
            while row < labels.count {
                rows.endRow()
                row += 1
            }
            return LabelledRows(WordList((0..<labels.count).map { labels.word($0) }), rows)
        }
    }
}

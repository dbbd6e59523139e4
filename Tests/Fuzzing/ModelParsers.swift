import Conversion
import Counts
import Files
import Models
import TestSupport

/// Parsers of model files.
extension Parser {
    static let models = [
        Parser(
            name: "dump",
            words: [
                "\"w\": {", "\"d\": {", "\"alpha\":", "\"beta\":", "\"topics\":", "\"model\": \"lda\"",
                "\\ud83d\\ude00", "\\udc80", "1e-320", "65535",
            ],
            samples: { folder in
                let tiny = model
                let path = try DistLDADump(tiny.model, documents: tiny.model.words).write(to: folder.path)
                return [try TinyModel.contents(path)]
            },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                guard let dump = try accepted(or: ModelFileError.self, { try DumpModel(path) }) else { return }
                try require(
                    dump.model.topicTotals.reduce(0, +) == dump.model.words.rows.sum,
                    "topics and words have different tokens")
                try OutputFolder.prepare(folder("again"))
                let again = try DumpModel(DistLDADump(dump.model, documents: dump.documents).write(to: folder("again")))
                try require(
                    again.model.words.rows.sum == dump.model.words.rows.sum
                        && again.documents.rows.sum == dump.documents.rows.sum,
                    "the model's tokens change when it is written again")
            }),
        Parser(
            name: "state",
            words: ["#alpha : ", "#beta : ", "#doc source pos typeindex type topic\n", " 65535\n", "NA"],
            samples: { _ in [try model.written(.state, names: ["state.gz"])["state.gz"]!] },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                guard let state = try accepted(or: ModelFileError.self, { try StateModel([path]) }) else { return }
                try require(state.words.rows.sum == state.tokens, "words and state have different tokens")
                var tokens = 0
                try state.visit(withTokens: true) { tokens += $0.tokenTopics.count }
                try require(tokens == state.tokens, "documents and state have different tokens")
            }),
        Parser(
            name: "model", words: ["{", "#", "0 "],
            samples: { _ in [[123, 125], Array("#doc\n0 NA 0 0 a 0\n".utf8)] },
            read: { bytes, folder in
                let path = try folder.write(bytes, to: "fuzzed")
                _ = try accepted(or: ModelFileError.self) { try ModelSource.read([path]) }
            }),
    ]

    private static var model: TinyModel { TinyModel.random(seed: 8, topics: 5, words: 20, documents: 12) }
}

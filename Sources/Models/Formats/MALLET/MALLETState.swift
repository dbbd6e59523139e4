import Compression
import LDA

/// MALLET's state: the topic of every token, compressed with gzip. Each token is a line whose fields are separated by
/// single spaces; the line of alphas ends with a space.
///
///     #doc source pos typeindex type topic
///     #alpha : 0.1 0.1
///     #beta : 0.01
///     0 d0 0 17 gene 1
///
/// `doc` is the document's line, from 0, and `source` is its name. A bag of words has no word order, so `pos` counts
/// the document's tokens sorted by word. `typeindex` numbers the words in the order in which they first appear in the
/// file, as MALLET does when it imports the documents, because it compares these numbers when it reads a state.
///
/// In a cluster each shard writes one file, and only the first has the three header lines, so that `cat` can join them.
/// In these parts, `typeindex` is the word's row in the model, and white space is percent-encoded, because a shard does
/// not know the order and the words of the other parts.
enum MALLETState: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.tokens]
    static let fileNames: [String] = ["state.gz"]

    static func isComplete(_ files: ModelFiles) -> Bool { files.documents?.tokenWords != nil }

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let documents = files.documents, let words = documents.tokenWords else { return }
        let replaced = try write(
            documents, words, priors: files.priors, part: files.statePart, to: folder.file("state.gz"))
        folder.note(replacedWords: replaced.words, replacedNames: replaced.names)
    }

    /// Returns the numbers of words and names that contained white space.
    private static func write(
        _ documents: any ModelDocuments, _ words: NumberedWords, priors: Priors, part: StatePart, to path: String
    ) throws -> (words: Int, names: Int) {
        let (types, replacedWords) = part == .whole ? PlainLabels.of(words.labels) : escaped(words.labels)
        // The numbers of the words; -1 for a word that has not appeared yet.
        var numbers = part == .whole ? Array(repeating: -1, count: types.count) : words.rows
        var appeared = 0
        var replacedNames = 0
        var file = try StreamedFile(path: path, isGzipped: true)
        if part != .later {
            try file.write("#doc source pos typeindex type topic\n#alpha : ")
            for value in priors.alpha { try file.write("\(value) ") }
            try file.write("\n#beta : \(priors.beta)\n")
        }
        try documents.visit(withTokens: true) { document in
            let isPlain = PlainLabels.isPlain(document.name[...])
            if !isPlain { replacedNames += 1 }
            let name = isPlain ? document.name : PlainLabels.replacing(document.name[...])
            let head = Array("\(document.index) ".utf8) + name + [UInt8(ascii: " ")]
            for token in document.tokenWords.indices {
                let word = Int(document.tokenWords[token])
                if numbers[word] < 0 {
                    numbers[word] = appeared
                    appeared += 1
                }
                try file.write(head)
                try file.write(decimal: token)
                try file.write(" ")
                try file.write(decimal: numbers[word])
                try file.write(" ")
                try file.write(types[word])
                try file.write(" ")
                try file.write(decimal: Int(document.tokenTopics[token]))
                try file.write("\n")
            }
        }
        try file.commit()
        return (replacedWords, replacedNames)
    }

    /// Returns the labels with percent-encoded white space, and the number of labels that contain any.
    private static func escaped(_ labels: ByteStrings) -> (labels: ByteStrings, replaced: Int) {
        var (escaped, replaced) = (ByteStrings(), 0)
        for label in 0..<labels.count {
            let isPlain = PlainLabels.isPlain(labels[label])
            escaped.append(isPlain ? Array(labels[label]) : PlainLabels.escaped(labels[label]))
            if !isPlain { replaced += 1 }
        }
        return (escaped, replaced)
    }
}

/// The part of a state that a file holds. The files of the shards of a cluster are joined to the whole state.
package enum StatePart: Sendable {
    case whole
    /// The first part, with the header lines.
    case first
    /// Another part, which has no header lines.
    case later
}

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
/// the document's tokens sorted by word. `typeindex` is the word's row in the model.
///
/// In a cluster each shard writes one file, and only the first has the three header lines, so that `cat` can join them.
enum MALLETState: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.tokens]

    static func isComplete(_ files: ModelFiles) -> Bool { files.documents?.tokenWords != nil }

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        guard let documents = files.documents, let words = documents.tokenWords else { return }
        let replaced = try write(
            documents, words, priors: files.priors, hasHead: files.stateHasHead,
            to: folder.file("state.gz"))
        folder.note(replacedWords: replaced.words, replacedNames: replaced.names)
    }

    /// Returns the numbers of words and names that contained white space.
    /// - Parameter hasHead: Whether the header lines are written.
    private static func write(
        _ documents: any ModelDocuments, _ words: NumberedWords, priors: Priors, hasHead: Bool,
        to path: String
    ) throws -> (words: Int, names: Int) {
        let (types, replacedWords) = typeColumns(words)
        var replacedNames = 0
        var file = try StreamedFile(path: path, isGzipped: true)
        if hasHead {
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
                try file.write(head)
                try file.write(decimal: token)
                try file.write(types[Int(document.tokenWords[token])])
                try file.write(decimal: Int(document.tokenTopics[token]))
                try file.write("\n")
            }
        }
        try file.commit()
        return (replacedWords, replacedNames)
    }

    /// Returns ` typeindex type ` for each word, and the number of words that contained white space.
    private static func typeColumns(_ words: NumberedWords) -> (columns: ByteStrings, replaced: Int) {
        let (labels, replaced) = PlainLabels.of(words.labels)
        var columns = ByteStrings()
        columns.reserveCapacity(words: labels.count, bytes: labels.bytes.count + 10 * labels.count)
        for word in 0..<labels.count {
            columns.append(Array(" \(words.rows[word]) ".utf8) + labels[word] + [UInt8(ascii: " ")])
        }
        return (columns, replaced)
    }
}

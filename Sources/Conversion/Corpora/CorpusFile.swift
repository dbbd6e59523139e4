import Compression
package import Files
import Models

/// Writes a corpus, one document after another, in one of the formats, with the lists that belong to it.
///
/// Some headers hold numbers that are known only at the end (UCI: D, W, entries; Matrix Market: rows, columns,
/// entries). Space is reserved for them and padded with spaces, as gensim does. The field type of Matrix Market is
/// `real`, which gensim requires. All files appear complete, at the end.
package struct CorpusFile: ~Copyable {
    private let format: CorpusFormat
    private let name: String
    private let folder: String
    private var file: StreamedFile
    private var names: StreamedFile?
    private var hasNames = false
    private var line: [UInt8] = []

    private var documents = 0
    private var entries = 0
    private var largestWord = -1
    private var replacedNames = 0
    /// For each word, whether it is written in changed form; nil if the word has not occurred yet.
    private var isReplaced: [Bool?] = []

    /// The number of digits reserved for each number of a header.
    private static let digits = 19

    package struct Written: Sendable, Equatable {
        package var files: [String]
        package var documents: Int
        package var words: Int
        /// The numbers of words and document names that are written in changed form, because white space would split
        /// them.
        package var replacedWords: Int
        package var replacedNames: Int
    }

    /// - Parameter name: The name of the corpus.
    package init(_ format: CorpusFormat, name: String, in folder: String) throws(FileError) {
        self.format = format
        self.name = name
        self.folder = folder
        var file = try StreamedFile(path: "\(folder)/\(format.fileName(name))")
        let room = String(repeating: " ", count: Self.digits)
        switch format {
        case .uci: try file.write("\(room)\n\(room)\n\(room)\n")
        case .matrixMarket: try file.write("\(Self.banner)\(room) \(room) \(room)\n")
        default: break
        }
        names = try Self.list(format.namesName(name), in: folder)
        self.file = file
    }

    private static let banner = "%%MatrixMarket matrix coordinate real general\n"

    private static func list(_ name: String?, in folder: String) throws(FileError) -> StreamedFile? {
        guard let name else { return nil }
        return try StreamedFile(path: "\(folder)/\(name)")
    }

    /// Appends the next document; `word` returns the word of a number.
    package mutating func append(_ document: CorpusDocument, word: (UInt32) -> [UInt8]) throws(FileError) {
        for (number, count) in zip(document.words, document.counts) where count > 0 { note(number, word) }
        line.removeAll(keepingCapacity: true)
        func form(_ number: UInt32) -> [UInt8] {
            isReplaced[Int(number)] == true ? CorpusLine.form(of: word(number), in: format) : word(number)
        }
        switch format {
        case .distLDA: CorpusLine.distLDA(document, form, to: &line)
        case .text: CorpusLine.text(document, form, to: &line)
        case .mallet: CorpusLine.mallet(document, form, to: &line)
        case .ldaC: CorpusLine.ldaC(document, to: &line)
        case .svmlight: CorpusLine.svmlight(document, to: &line)
        case .jsonl: CorpusLine.jsonl(document, form, to: &line)
        case .uci, .matrixMarket:
            for cell in document.cells {
                line += "\(documents + 1) \(cell.word + 1) \(cell.count)\n".utf8
                entries += 1
            }
            if !line.isEmpty { line.removeLast() }
        }
        let isEntries = format == .uci || format == .matrixMarket
        if !isEntries || !line.isEmpty {
            line.append(UInt8(ascii: "\n"))
            try file.write(line)
        }
        try noteName(of: document)
        documents += 1
    }

    private mutating func note(_ number: UInt32, _ word: (UInt32) -> [UInt8]) {
        largestWord = max(largestWord, Int(number))
        while isReplaced.count <= Int(number) { isReplaced.append(nil) }
        guard isReplaced[Int(number)] == nil else { return }
        let label = word(number)
        isReplaced[Int(number)] = CorpusLine.form(of: label, in: format) != label
    }

    /// Throws `WordCollision` if two words are written in the same form. O(words).
    private borrowing func checkForms(words: Int, _ word: (UInt32) -> [UInt8]) throws(WordCollision) {
        let isListed = format.vocabularyName(name) != nil
        let written = (0..<UInt32(words)).filter {
            isListed || Int($0) < isReplaced.count && isReplaced[Int($0)] != nil
        }
        var owners: [[UInt8]: UInt32] = [:]
        func add(_ number: UInt32, _ form: [UInt8]) throws(WordCollision) {
            guard let other = owners.updateValue(number, forKey: form) else { return }
            throw WordCollision(word(other), word(number), written: form, in: format)
        }
        var plain: [UInt32] = []
        for number in written {
            let label = word(number)
            let form = CorpusLine.form(of: label, in: format)
            if form == label { plain.append(number) } else { try add(number, form) }
        }
        guard !owners.isEmpty else { return }
        for number in plain where owners[word(number)] != nil { try add(number, word(number)) }
    }

    private mutating func noteName(of document: CorpusDocument) throws(FileError) {
        let name = document.shownName
        let isPlain =
            format == .distLDA ? CorpusLine.untabbed(name) == name : format == .jsonl || PlainLabels.isPlain(name[...])
        if !document.name.isEmpty {
            hasNames = true
            if !isPlain { replacedNames += 1 }
        }
        if names != nil {
            try names!.write(isPlain ? name : PlainLabels.replacing(name[...]))
            try names!.write("\n")
        }
    }

    /// Completes the corpus, which has `words` words, and makes all of its files visible under their names. Throws
    /// `WordCollision`, and writes nothing, if different words would be written in the same form.
    package consuming func finish(words: Int, word: (UInt32) -> [UInt8]) throws -> Written {
        let words = max(words, largestWord + 1)
        try checkForms(words: words, word)
        var files = [format.fileName(name)]
        switch format {
        case .uci:
            try file.patch("\(Self.padded(documents))\n\(Self.padded(words))\n\(Self.padded(entries))\n", at: 0)
        case .matrixMarket:
            try file.patch(
                "\(Self.padded(documents)) \(Self.padded(words)) \(Self.padded(entries))\n", at: Self.banner.utf8.count)
        default: break
        }
        if let list = format.vocabularyName(name) {
            var vocabulary = try StreamedFile(path: "\(folder)/\(list)")
            for number in 0..<words {
                try vocabulary.write(CorpusLine.form(of: word(UInt32(number)), in: format))
                try vocabulary.write("\n")
            }
            try vocabulary.commit()
            files.append(list)
        }
        if hasNames, let list = names.take() {
            try list.commit()
            files.append(format.namesName(name)!)
        }
        try file.commit()
        return Written(
            files: files, documents: documents, words: words,
            replacedWords: isReplaced.reduce(0) { $0 + ($1 == true ? 1 : 0) }, replacedNames: replacedNames)
    }

    /// Returns a number, padded to the reserved width.
    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return text + String(repeating: " ", count: digits - text.utf8.count)
    }
}

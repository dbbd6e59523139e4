import Platform

/// The reasons why a corpus cannot be read. Lines and columns count from 1 in their file; columns count bytes.
package enum CorpusError: Error, Equatable, Sendable {
    case noFileMatches(pattern: String)
    case cannotOpen(file: String, errno: Int32)
    case isDirectory(file: String)
    case cannotRead(file: String, errno: Int32)
    /// `byte` is an offset in the compressed file, from 0; `line` is the line that was being read.
    case damagedFile(file: String, line: Int, byte: Int, reason: String)
    case badCell(file: String, line: Int, column: Int, text: Excerpt, fault: CellFault)
    case badLine(file: String, line: Int, column: Int, text: Excerpt, fault: FormatFault)
    case notUTF8(file: String, line: Int, column: Int)
    /// A text contains a NUL byte, so it is probably no text, or in another encoding.
    case nulByte(file: String, line: Int, column: Int)
    /// A file is of a kind from which no documents are read.
    case foreign(file: String, format: ForeignFormat, evidence: ForeignEvidence)
    /// The name of a file says that it is in the format `named`, but the documents are read as `format`.
    case otherFormat(file: String, named: InputFormat, format: InputFormat)
    /// A file is given twice, once compressed and once not, or in two compressions.
    case sameFile(file: String, other: String)
    /// `byte` is an offset in the decompressed file, from 0, in the line `line`.
    case notInEncoding(file: String, line: Int, byte: Int, encoding: TextEncoding)
    case noByteOrderMark(file: String, encoding: TextEncoding)
    /// A file seems to be in `encoding`, but has no byte-order mark.
    case unmarkedEncoding(file: String, encoding: TextEncoding)
    case lineTooLong(file: String, line: Int, limit: Int)
    /// A file of a folder is too long.
    case textTooLong(file: String, limit: Int)
    /// A file has fewer entries than its header says.
    case missingEntries(file: String, said: Int, found: Int)
    /// Entries are not in the order of their documents, and the file cannot be read again to sort them.
    case unsorted(file: String, line: Int)
    /// A file would have to be read twice, but it is a pipe.
    case cannotReadAgain(file: String)
    /// A file was different when it was read for the second time.
    case changed(file: String)
    /// The receiver of the documents stopped the reading. This error is never reported to the user.
    case stopped
    /// `tokens` is the number of tokens counted when the limit was exceeded.
    case documentTooLong(file: String, line: Int, tokens: Int, limit: Int)
    case noTokens(lines: Int)
    /// The rules for words removed all of them.
    case noWordsLeft(removed: Int)
    /// The lines of a word list begin with numbers in an unknown way; `line` is one of them.
    case numberedWords(file: String, line: Int, text: Excerpt)
    /// The ids of a word list are not 0 to `count` - 1; `missing` is the first that it lacks.
    case wrongIDs(file: String, missing: Int, count: Int)
    /// Two files of documents have different word lists; `first` is nil if the first file has none.
    case otherWordList(file: String, first: String?)
    /// A list of features lacks a type that was asked for; `types` are those that it has.
    case noFeatureType(file: String, types: [String])
    /// A flag applies to other formats than that of the input.
    case wrongFlag(flag: String, purpose: String, format: InputFormat)
    /// `needed` is the number of bytes that loading would hold with this document; later documents may need more.
    case aboveMemoryLimit(file: String, line: Int, needed: Int, limit: Int, shards: Int)
    case tooManyTokens(file: String, line: Int, limit: Int, shards: Int)
}

extension CorpusError {
    /// Whether a file is refused because it is not running text in the expected encoding.
    var isNotText: Bool {
        switch self {
        case .foreign, .otherFormat, .nulByte, .notInEncoding, .noByteOrderMark, .unmarkedEncoding: true
        default: false
        }
    }
}

/// The faults that a `word:count` cell can have.
package enum CellFault: String, Equatable, Sendable, CaseIterable {
    case empty = "a cell is empty"
    case noWord = "the word is missing"
    case noCount = "the count is missing"
    case negative = "the count is negative"
    case fraction = "the count is not a whole number"
    case notANumber = "the count is not a number"
    case tooLarge = "the count is above 4294967295"
}

extension CorpusError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noFileMatches(let pattern):
            "no file matches \(pattern): check the pattern, and quote it so that the shell does not expand it"
        case .cannotOpen(let file, let errno):
            "cannot open \(file) (\(String(cString: strerror(errno)))): check the path and its permissions"
        case .isDirectory(let file):
            "\(file) is a directory: name its files, for example '\(file)/*', or use --input-format=folder to read "
                + "each file in it as a document"
        case .cannotRead(let file, let errno):
            "cannot read \(file): \(String(cString: strerror(errno)))"
        case .damagedFile(let file, let line, let byte, let reason):
            "\(file):\(line): damaged compressed data at byte \(byte) (\(reason)): download or compress the file again"
        case .badCell(let file, let line, let column, let text, let fault):
            "\(file):\(line):\(column): \(fault.rawValue) in \"\(text)\", expected word:count: "
                + "fix the line or pass --skip-bad-lines"
        case .badLine(let file, let line, let column, let text, let fault):
            "\(file):\(line):\(column): \(fault) in \"\(text)\": fix the line, or pass --skip-bad-lines or another "
                + "--input-format"
        case .notUTF8(let file, let line, let column):
            "\(file):\(line):\(column): not UTF-8: give its --encoding, or omit --strict-utf8 to keep words as bytes"
        case .nulByte(let file, let line, let column):
            "\(file):\(line):\(column): a NUL byte, so this is probably no text: name a file of text, give its "
                + "--encoding, or pass --allow-nul to read NUL like any other byte"
        case .foreign(let file, let format, .bytes):
            "\(file) is \(format.rawValue), according to its first bytes: \(format.advice(file))"
        case .foreign(let file, let format, .text):
            "\(file) is \(format.rawValue), according to its first characters: \(format.advice(file)), or pass "
                + "--input-format to read it as it is"
        case .foreign(let file, let format, .name):
            "\(file) is \(format.rawValue), according to its name: \(format.advice(file)), or pass --input-format to "
                + "read it as it is"
        case .otherFormat(let file, let named, let format):
            "\(file) is \(named.rawValue), according to its name, but the documents are read as \(format.rawValue): "
                + (format == .folder ? "name the file itself" : "read it separately") + ", or pass --input-format"
        case .sameFile(let file, let other):
            "\(file) and \(other) have the same name apart from their compression, and would be counted twice: name "
                + "one of them, or move one away"
        case .notInEncoding(let file, let line, let byte, let encoding):
            "\(file):\(line): not \(encoding.rawValue) at byte \(byte): give the right --encoding, or repair the file"
        case .noByteOrderMark(let file, let encoding):
            "\(file) has no byte-order mark: give the byte order with --encoding=\(encoding.rawValue)le or "
                + "--encoding=\(encoding.rawValue)be"
        case .unmarkedEncoding(let file, let encoding):
            "\(file) seems to be \(encoding.rawValue) without a byte-order mark: pass --encoding=\(encoding.rawValue), "
                + "or --allow-nul to read it as it is"
        case .lineTooLong(let file, let line, let limit):
            "\(file):\(line): the line is longer than \(limit) bytes: put one document on a line, or raise --max-line"
        case .textTooLong(let file, let limit):
            "\(file) has more than \(limit) bytes: split it into several files, or raise --max-line"
        case .missingEntries(let file, let said, let found):
            "\(file): the header says \(said) entries, but the file has \(found): download or write the file again"
        case .unsorted(let file, let line):
            "\(file):\(line): entries are not sorted by document, and a pipe cannot be read again to sort them: "
                + "name a file"
        case .cannotReadAgain(let file):
            "\(file == "-" ? "standard input" : file) would have to be read twice, but a pipe can be read only once: "
                + "name a file"
        case .changed(let file):
            "\(file) changed while it was being read: start again when it is complete"
        case .stopped: "stopped"
        case .documentTooLong(let file, let line, let tokens, let limit):
            "\(file):\(line): the document has at least \(tokens) tokens, but the limit is \(limit): "
                + "split it into several"
        case .noTokens(let lines):
            "the corpus has no words in its \(lines) lines: check the file and --input-format"
        case .noWordsLeft(let removed):
            "no word is left, because all \(removed) were removed: keep more words (--min-df, --max-df, --min-cf, "
                + "--rm-top, --vocab)"
        case .numberedWords(let file, let line, let text):
            "\(file):\(line): the lines of the word list begin with numbers, as in \"\(text)\", so it is not known "
                + "which word a number means: write one word per line, or lines \"id TAB word TAB documents\""
        case .wrongIDs(let file, let missing, let count):
            "\(file) has lines \"id TAB word TAB documents\", but its \(count) ids are not 0 to \(count - 1), because "
                + "\(missing) is missing: number its words without gaps"
        case .otherWordList(let file, let first):
            "\(file) differs from \(first ?? "the first file, which has no word list"): read the files in separate "
                + "runs, or name the word list of all with --word-list"
        case .noFeatureType(let file, let types):
            types.isEmpty
                ? "\(file) has no third column with the types of features: omit --feature-types"
                : "\(file) has no features of one of the types in --feature-types: it has "
                    + types.map { "\"\(Excerpt(Array($0.utf8)))\"" }.joined(separator: ", ")
        case .wrongFlag(let flag, let purpose, let format):
            "\(flag) is for \(purpose), but the documents are read as \(format.rawValue): omit it, or set "
                + "--input-format"
        case .aboveMemoryLimit(let file, let line, let needed, let limit, let shards):
            "\(file):\(line): loading needs \(needed) bytes so far, but may use only \(limit): "
                + "use more than \(shards) --shards, or raise the limit"
        case .tooManyTokens(let file, let line, let limit, let shards):
            "\(file):\(line): one core would hold more than \(limit) tokens: use more --cores or more than "
                + "\(shards) --shards"
        }
    }
}

import Hashing
import Platform

/// A list of words in a file, one per line: the words that the numbers of a format refer to, or words to keep or to
/// remove.
///
/// If a line has TABs, the word is the text before the first one, so that lists with more columns can be used too.
/// Memory: the words' bytes, and 8 bytes per word.
package struct WordTable: Sendable {
    /// The bytes of all words, at most 4 GiB; word i ends at `ends[i]`.
    private(set) var text: [UInt8] = []
    private var ends: [Int] = []
    /// XXH64 of the words, each followed by LF.
    package private(set) var digest: UInt64 = 0

    package var count: Int { ends.count }

    package subscript(index: Int) -> [UInt8] { Array(text[range(of: index)]) }

    /// The distinct words as a vocabulary.
    var set: Vocabulary {
        var set = Vocabulary()
        for index in ends.indices { _ = set.insert(text.span, range(of: index)) }
        return set
    }

    /// Returns the position of word `index` in the text.
    func range(of index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    /// Reads the file at `path`, which may be compressed. Blank lines are allowed only at its end. Words may contain
    /// NUL if `allowsNUL` is true.
    package init(readingFrom path: String, allowsNUL: Bool = false) throws(CorpusError) {
        let options = ReadingOptions()
        let source = ChunkReader(
            files: [path], maxLine: options.maxLine, chunkSize: options.chunkSize,
            options: TextOptions(allowsNUL: allowsNUL))
        var reader = LineReader(files: [path], maxLine: options.maxLine, allowsNUL: allowsNUL, source: source)
        var blank: Int?
        while let line = try reader.next() {
            let bytes = reader.chunk.text.span.extracting(line.range)
            if TextFormat.isBlank(bytes) {
                blank = blank ?? line.number
                continue
            }
            let end = DistLDAFormat.end(ofCellAt: 0, in: bytes)
            if let wordless = blank ?? (end == 0 ? line.number : nil) {
                throw .badLine(
                    file: reader.file, line: wordless, column: 1, text: Excerpt([]), fault: .expected("a word"))
            }
            text.append(bytes.extracting(..<end))
            ends.append(text.count)
            guard text.count <= Int(UInt32.max) else {
                throw .aboveMemoryLimit(
                    file: reader.file, line: line.number, needed: text.count, limit: Int(UInt32.max), shards: 1)
            }
        }
        var hash = XXH64()
        for index in ends.indices {
            hash.update(text.span.bytes.extracting(range(of: index)))
            hash.update([UInt8(ascii: "\n")].span.bytes)
        }
        digest = hash.digest()
    }

    /// Returns the word list in the same folder as a file of numbered words, if there is one: for `X.EXT`, one of
    /// `X.EXT.vocab` and `X.vocab`; for `docword.X.EXT`, also `vocab.X.EXT`; otherwise `vocab.txt`, `features.tsv` or
    /// `genes.tsv`. Any of these may be compressed, and so may the file.
    package static func companion(of file: String) -> String? {
        guard file != "-" else { return nil }
        let (folder, name) = split(file)
        var plain = name
        for suffix in compressions where plain.hasSuffix(suffix) && !suffix.isEmpty {
            plain.removeLast(suffix.utf8.count)
        }
        let stem = plain.lastIndex(of: ".").map { String(plain[..<$0]) } ?? plain
        var names = ["\(plain).vocab", "\(stem).vocab"]
        if plain.hasPrefix("docword.") { names.append("vocab." + plain.dropFirst("docword.".count)) }
        names += ["vocab.txt", "features.tsv", "genes.tsv"]
        for candidate in names {
            for suffix in compressions where access(folder + candidate + suffix, F_OK) == 0 {
                return folder + candidate + suffix
            }
        }
        return nil
    }

    private static let compressions = ["", ".gz", ".zst"]

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }
}

import Hashing
import Platform

/// Reads documents that are files. Each is named by its path within the folder given, and its label is the folder that
/// contains it.
///
/// Folders are walked recursively, and files are sorted by the bytes of their paths; names that begin with a dot and
/// links to folders are ignored. A shard opens only the files that it needs. The digest is computed from the name and
/// size of every file, because no shard reads all files; `bytes` is their size on disk.
///
/// A file that is not running text, by its name or its content (`ForeignFormat`, another `InputFormat`, NUL bytes), is
/// skipped and counted: its document keeps its row, without words.
struct FolderDocuments {
    private struct File {
        let path: String
        let name: String
        let size: Int
    }

    private let options: ReadingOptions
    private let shards: Int
    private let files: [File]
    private var document: ParsedDocument
    private var text = [UInt8](repeating: 0, count: 64 << 10)

    /// `paths` are folders, or files, which become documents themselves.
    init(_ paths: [String], options: ReadingOptions, shards: Int) throws(CorpusError) {
        self.options = options
        self.shards = shards
        document = ParsedDocument(limit: options.maxDocumentTokens)
        var files: [File] = []
        for path in paths {
            if InputFiles.isFolder(path) {
                let root = path.hasSuffix("/") ? path : path + "/"
                for name in try InputFiles.all(in: root) { files.append(try Self.file(root + name, name: name)) }
            } else {
                files.append(try Self.file(path, name: path))
            }
        }
        guard !files.isEmpty else { throw .noFileMatches(pattern: paths.joined(separator: ", ")) }
        try InputFiles.checkCompressions(of: files.map(\.path))
        if options.format == nil, let matrix = files.first(where: { FileName($0.path).format == .matrixMarket }) {
            throw .otherFormat(file: matrix.path, named: .matrixMarket, format: .folder)
        }
        self.files = files
    }

    mutating func read<Sink: DocumentSink>(into sink: inout Sink) throws(CorpusError) -> CorpusTotal {
        var total = CorpusTotal(format: .folder)
        var hash = XXH64()
        var head = DocumentHead()
        sink.begin(.folder, hasNames: true)
        for (index, file) in files.enumerated() {
            hash.update(Array("\(file.name)\n\(file.size)\n".utf8).span.bytes)
            total.bytes += file.size
            head.removeAll()
            head.name += file.name.utf8
            head.label += file.name.utf8.dropLast(while: { $0 != UInt8(ascii: "/") }).dropLast()
            sink.name(head, index: index)
            if sink.place(of: index) != nil { try take(file, index: index, into: &sink, &total) }
        }
        total.documents = files.count
        total.hasContent = total.bytes > 0
        total.digest = hash.digest()
        return total
    }

    private mutating func take<Sink: DocumentSink>(
        _ file: File, index: Int, into sink: inout Sink, _ total: inout CorpusTotal
    ) throws(CorpusError) {
        let length: Int
        do { length = try load(file) } catch {
            guard error.isNotText else { throw error }
            return sink.skip(index: index, because: error)
        }
        let place = LinePlace(file: file.path, line: 1, options: options, shards: shards)
        var whole: [UInt8] = []
        swap(&whole, &text)
        defer { swap(&whole, &text) }
        let span = whole.span.extracting(..<length)
        if let refusal = inspect(span, of: file, &total) { return sink.skip(index: index, because: refusal) }
        do throws(LineFault) {
            document.removeAll()
            if options.strictUTF8 { try span.checkUTF8() }
            try options.tokenizer.parse(span, 0..<length, into: &document)
            if document.text == .line {
                try sink.append(document, in: span, index: index)
            } else {
                try sink.append(document, in: document.bytes.span, index: index)
            }
        } catch {
            let refusal = place.refusal(error, of: span)
            guard options.skipBadLines, error.isBadLine else { throw refusal }
            sink.skip(index: index, because: refusal)
        }
    }

    /// Counts the lines of a text that are not UTF-8. Returns an error if it has NUL bytes.
    private func inspect(_ text: Span<UInt8>, of file: File, _ total: inout CorpusTotal) -> CorpusError? {
        let oddities = TextOddities.found(in: text)
        if oddities.isEmpty { return nil }
        var (start, number) = (0, 1)
        while start < text.count {
            let rest = text.extracting(start...)
            let line = rest.extracting(..<(rest.firstPosition(of: UInt8(ascii: "\n")) ?? rest.count))
            if oddities.contains(.nul), !options.allowsNUL, let position = line.firstPosition(of: 0) {
                return .nulByte(file: file.path, line: number, column: position + 1)
            }
            total.tallies.count(line, oddities, file: file.path, line: number)
            start += line.count + 1
            number += 1
        }
        return nil
    }

    /// Reads the file into `text` and returns its number of bytes.
    private mutating func load(_ file: File) throws(CorpusError) -> Int {
        var length = 0
        if options.format == nil, let named = FileName(file.path).format {
            throw .otherFormat(file: file.path, named: named, format: .folder)
        }
        do throws(ReadFault.Reason) {
            var reader = try TextSource(path: file.path, options: options.text)
            while true {
                if length == text.count {
                    guard length <= options.maxLine else { break }
                    text += [UInt8](repeating: 0, count: length)
                }
                let count = try reader.read(into: &text, from: length)
                if count == 0 { break }
                length += count
            }
        } catch {
            throw error.refusal(file: file.path, line: 1, maxLine: options.maxLine)
        }
        if length > options.maxLine { throw .textTooLong(file: file.path, limit: options.maxLine) }
        return length
    }

    private static func file(_ path: String, name: String) throws(CorpusError) -> File {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotOpen(file: path, errno: errno) }
        return File(path: path, name: name, size: Int(status.st_size))
    }
}

extension BidirectionalCollection {
    fileprivate func dropLast(while predicate: (Element) -> Bool) -> SubSequence {
        var end = endIndex
        while end != startIndex, predicate(self[index(before: end)]) { formIndex(before: &end) }
        return self[..<end]
    }
}

import Compression
import Files
import Hashing
import Platform

/// Reads documents that are files. Each is named by its path within the folder given, and its label is the folder that
/// contains it.
///
/// Folders are walked recursively, and files are sorted by the bytes of their paths; names that begin with a dot and
/// links to folders are ignored. A shard opens only the files that it needs. The digest is computed from the name and
/// size of every file, because no shard reads all files; `bytes` is their size on disk.
struct FolderDocuments {
    private struct File {
        let path: String
        let name: String
        let size: Int
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

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
            if sink.place(of: index) != nil { try take(file, index: index, into: &sink) }
        }
        total.documents = files.count
        total.hasContent = total.bytes > 0
        total.digest = hash.digest()
        return total
    }

    private mutating func take<Sink: DocumentSink>(_ file: File, index: Int, into sink: inout Sink) throws(CorpusError)
    {
        let length = try load(file)
        let place = LinePlace(file: file.path, line: 1, options: options, shards: shards)
        var whole: [UInt8] = []
        swap(&whole, &text)
        defer { swap(&whole, &text) }
        let start = length >= 3 && whole[..<3].elementsEqual(Self.byteOrderMark) ? 3 : 0
        let span = whole.span.extracting(..<length)
        do throws(LineFault) {
            document.removeAll()
            if options.strictUTF8 { try span.checkUTF8() }
            try options.tokenizer.parse(span, start..<length, into: &document)
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

    /// Reads the file into `text` and returns its number of bytes.
    private mutating func load(_ file: File) throws(CorpusError) -> Int {
        var length = 0
        do throws(InputError) {
            var reader = try DecompressingReader(path: file.path)
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
            throw ReadFault.Reason.unreadable(error).refusal(file: file.path, line: 1, maxLine: options.maxLine)
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

import Counts
package import Files
import Gzip

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The model as dist_lda (2011) dumped it, so that what read its dumps reads ours.
///
/// File name: `MODEL_lda-DOCUMENT-T<topics>-alpha<%.3f>-beta<%.3f>-effective_iter=<n>.json.gz`, DOCUMENT the base name
/// of the document file, n = iterations / shards, rounded down. One gzip member; in it one JSON object in the
/// original's order and spacing, without a newline at the end:
///
///     {"vocab_size": 2, "beta": 0.1, "w": {"0": {"x": 2}, "1": {"y": 1, "x": 1}}, "iterations": 2, "alpha": 0.1,
///      "model": "lda", "document": "m.txt", "shards": 1, "topics": 2, "d": {"0": {"d1": 2}, "1": {"d0": 2}}}
///
/// - `w`: topic: word: count; `d`: topic: document: count, empty unless the shards published documents.
///   Topics count from 0, ascending, those without tokens absent; counts are never zero. Strings as in `JSONText`.
/// - `iterations`: the sweeps of all shards summed. `vocab_size`: the number of words (the original: null, a bug).
///   `alpha`, `beta`: the fewest digits that read back as the same double.
///
/// Memory: 8 bytes a cell of `w` and of `d`, and their labels as JSON, beside the snapshot; all of it is allocated
/// before the file is created, after which only buffers of fixed size are needed.
package struct DistLDADump: Sendable {
    package let snapshot: ModelSnapshot
    /// nil leaves `d` empty.
    package let documents: PublishedDocuments?

    /// Measured on 19 million cells: compressing takes a third of the time of zlib's default, 6, for an eighth more bytes.
    private static let level: Int32 = 4

    package init(_ snapshot: ModelSnapshot, documents: PublishedDocuments? = nil) {
        self.snapshot = snapshot
        self.documents = documents
    }

    package var iterations: Int { snapshot.sweeps.reduce(0, +) }

    package var effectiveIterations: Int { iterations / max(1, snapshot.manifest.shards) }

    package var fileName: String {
        let manifest = snapshot.manifest
        return "MODEL_lda-\(document)-T\(manifest.topics)-alpha\(thousandths(manifest.alpha))"
            + "-beta\(thousandths(manifest.beta))-effective_iter=\(effectiveIterations).json.gz"
    }

    /// Writes the dump into `folder`, whole or not at all.
    /// - Returns: its path.
    package func write(to folder: String) throws(FileError) -> String {
        let path = "\(folder)/\(fileName)"
        let words = Section(snapshot.words, topics: snapshot.manifest.topics)
        let names = documents.map { Section($0.documents, topics: snapshot.manifest.topics) }
        let file = try AtomicFile(path: path)
        do {
            var output = Output(gzip: try GzipWriter(descriptor: file.descriptor, level: Self.level))
            try write(words, names, to: &output)
            try output.finish()
        } catch {
            guard case .cannotWrite(let errno) = error else { throw FileError(.write, path) }
            throw FileError(.write, path, errno: errno)
        }
        try file.commit()
        return path
    }

    /// The base name; a store can hold anything.
    private var document: String {
        snapshot.manifest.document.split(separator: "/").last.map { String($0.map { $0 == "\0" ? "_" : $0 }) } ?? "_"
    }

    private func write(_ words: Section, _ names: Section?, to output: inout Output) throws(GzipError) {
        let manifest = snapshot.manifest
        try output.write("{\"vocab_size\": \(snapshot.words.count), \"beta\": ")
        try output.write(JSONValue.number(manifest.beta))
        try output.write(", \"w\": ")
        try output.write(words)
        try output.write(", \"iterations\": \(iterations), \"alpha\": ")
        try output.write(JSONValue.number(manifest.alpha))
        try output.write(", \"model\": \"lda\", \"document\": ")
        try output.write(JSONValue.string(manifest.document))
        try output.write(", \"shards\": \(manifest.shards), \"topics\": \(manifest.topics), \"d\": ")
        if let names { try output.write(names) } else { try output.write("{}") }
        try output.write("}")
    }

    /// C's "%.3f".
    private func thousandths(_ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.3f", $0) }
        return String(decoding: buffer[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `w` or `d`, ready to be written from front to back.
    private struct Section {
        let cells: TopicMajorRows
        /// The labels as JSON, each with its colon.
        let keys: ByteStrings

        init(_ rows: LabelledRows, topics: Int) {
            cells = TopicMajorRows(rows.rows, topics: topics)
            keys = rows.labels.jsonKeys()
        }
    }

    /// JSON on its way into the gzip stream.
    private struct Output: ~Copyable {
        private var gzip: GzipWriter
        private var buffer: [UInt8] = []
        private static let capacity = 64 << 10

        init(gzip: consuming GzipWriter) {
            self.gzip = gzip
            buffer.reserveCapacity(2 * Self.capacity)
        }

        mutating func write(_ text: String) throws(GzipError) {
            buffer.append(contentsOf: text.utf8)
            try drain(above: Self.capacity)
        }

        mutating func write(_ value: JSONValue) throws(GzipError) {
            buffer.append(contentsOf: value.line())
            try drain(above: Self.capacity)
        }

        /// {topic: {label: amount}}
        mutating func write(_ section: Section) throws(GzipError) {
            let (cells, keys) = (section.cells, section.keys)
            var separator = "{"
            for topic in 0..<cells.starts.count - 1 where cells.starts[topic] < cells.starts[topic + 1] {
                try write("\(separator)\"\(topic)\": {")
                separator = ", "
                for cell in cells.starts[topic]..<cells.starts[topic + 1] {
                    if cell > cells.starts[topic] {
                        buffer.append(UInt8(ascii: ","))
                        buffer.append(UInt8(ascii: " "))
                    }
                    buffer.append(contentsOf: keys[Int(cells.rows[cell])])
                    append(decimal: cells.amounts[cell])
                    try drain(above: Self.capacity)
                }
                try write("}")
            }
            try write(separator == "{" ? "{}" : "}")
        }

        /// The digits of `amount`, without a detour by way of `String`: there are as many of these as cells.
        private mutating func append(decimal amount: UInt32) {
            let start = buffer.count
            var rest = amount
            repeat {
                buffer.append(UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            } while rest > 0
            buffer[start...].reverse()
        }

        consuming func finish() throws(GzipError) {
            try drain(above: 0)
            try gzip.finish()
        }

        private mutating func drain(above limit: Int) throws(GzipError) {
            guard buffer.count > limit else { return }
            try gzip.write(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }
}

import Compression
import Files
import LDA

/// The counts as arrays of numpy and scipy, for Python:
///
/// - `topic_word.npy`: n_wk as int32, of shape K x V;
/// - `alpha.npy`: K doubles;
/// - `vocab.txt`: the words, one per line, in the order of the columns;
/// - `doc_topic.npz`: n_dk as a sparse matrix in CSR form, as written by `scipy.sparse.save_npz`, int32, one row per
///   document;
/// - `documents.txt`: the documents' names, one per line, in the order of the rows.
///
/// If a number of an array needs more than 32 bits, the whole array has 64.
enum NumpyFiles: ModelWriter {
    static let parts: Set<ModelFormat.Part> = [.model, .documents]
    static let fileNames: [String] = ["topic_word.npy", "alpha.npy", "vocab.txt", "doc_topic.npz", "documents.txt"]

    static func write(_ files: ModelFiles, to folder: inout ModelFolder) throws {
        if let model = files.model {
            let words = folder.plainWords(of: model)
            try writeTopicWord(model, to: folder.file("topic_word.npy"))
            try writeAlpha(files.priors.alpha, to: folder.file("alpha.npy"))
            try writeLines(words, to: folder.file("vocab.txt"))
        }
        if let documents = files.documents {
            try writeDocTopic(documents, topics: files.priors.topics, to: folder.file("doc_topic.npz"))
            folder.note(replacedNames: try writeNames(of: documents, to: folder.file("documents.txt")))
        }
    }

    // MARK: The model

    /// Writes n_wk; only one topic's row is held in memory at a time.
    private static func writeTopicWord(_ model: TopicModel, to path: String) throws(FileError) {
        let cells = TopicMajorRows(model.words.rows, topics: model.topics)
        if cells.amounts.contains(where: { $0 > Int32.max }) {
            try writeTopicWord(model, cells, as: Int64.self, to: path)
        } else {
            try writeTopicWord(model, cells, as: Int32.self, to: path)
        }
    }

    private static func writeTopicWord<Number: FixedWidthInteger>(
        _ model: TopicModel, _ cells: TopicMajorRows, as number: Number.Type, to path: String
    ) throws(FileError) {
        var file = try StreamedFile(path: path)
        try file.write(
            NumpyHeader.bytes(type: "<i\(Number.bitWidth / 8)", shape: [model.topics, model.vocabulary]))
        for topic in 0..<model.topics {
            var row = [Number](repeating: 0, count: model.vocabulary)
            for cell in cells.starts[topic]..<cells.starts[topic + 1] {
                row[Int(cells.rows[cell])] = Number(cells.amounts[cell])
            }
            try file.write(little: row)
        }
        try file.commit()
    }

    private static func writeAlpha(_ alpha: [Double], to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        try file.write(NumpyHeader.bytes(type: "<f8", shape: [alpha.count]))
        try file.write(little: alpha.map(\.bitPattern))
        try file.commit()
    }

    /// - Parameter labels: Labels without white space (`PlainLabels`).
    private static func writeLines(_ labels: ByteStrings, to path: String) throws(FileError) {
        var file = try StreamedFile(path: path)
        for index in 0..<labels.count {
            try file.write(labels[index])
            try file.write("\n")
        }
        try file.commit()
    }

    // MARK: Documents

    /// Returns the number of names that contained white space.
    private static func writeNames(of documents: any ModelDocuments, to path: String) throws -> Int {
        var file = try StreamedFile(path: path)
        var replaced = 0
        try documents.visit(withTokens: false) { document in
            let isPlain = PlainLabels.isPlain(document.name[...])
            if !isPlain { replaced += 1 }
            try file.write(isPlain ? document.name : PlainLabels.replacing(document.name[...]))
            try file.write("\n")
        }
        try file.commit()
        return replaced
    }

    /// Visits the documents four times: to count the cells, for the columns, for the starts of the rows and for the
    /// counts.
    private static func writeDocTopic(_ documents: any ModelDocuments, topics: Int, to path: String) throws {
        var (cells, largest) = (0, 0)
        try documents.visit(withTokens: false) { document in
            cells += document.topics.count
            largest = max(largest, document.counts.reduce(0) { max($0, Int($1)) })
        }
        let file = try AtomicFile(path: path, keepsInput: true)
        if cells > Int32.max || largest > Int32.max {
            try writeMembers(documents, cells, topics, as: Int64.self, to: file.output)
        } else {
            try writeMembers(documents, cells, topics, as: Int32.self, to: file.output)
        }
        try file.commit()
    }

    private static func writeMembers<Number: FixedWidthInteger>(
        _ documents: any ModelDocuments, _ cells: Int, _ topics: Int, as number: Number.Type, to file: OutputFile
    ) throws {
        var zip = ZipWriter(file)
        let (type, rows) = ("<i\(Number.bitWidth / 8)", documents.count)

        var indices = NumpyMember<Number>("indices.npy", type: type, count: cells)
        try indices.begin(&zip)
        try documents.visit(withTokens: false) { document in
            for topic in document.topics { try indices.add(Number(topic), to: &zip) }
        }
        try indices.end(&zip)

        var starts = NumpyMember<Number>("indptr.npy", type: type, count: rows + 1)
        var start = 0
        try starts.begin(&zip)
        try starts.add(0, to: &zip)
        try documents.visit(withTokens: false) { document in
            start += document.topics.count
            try starts.add(Number(start), to: &zip)
        }
        try starts.end(&zip)

        let format = NumpyHeader.bytes(type: "|S3", shape: []) + Array("csr".utf8)
        try zip.begin("format.npy", size: format.count)
        try zip.write(format)
        try zip.end()

        var shape = NumpyMember<Int64>("shape.npy", type: "<i8", count: 2)
        try shape.begin(&zip)
        try shape.add(Int64(rows), to: &zip)
        try shape.add(Int64(topics), to: &zip)
        try shape.end(&zip)

        var data = NumpyMember<Number>("data.npy", type: type, count: cells)
        try data.begin(&zip)
        try documents.visit(withTokens: false) { document in
            for count in document.counts { try data.add(Number(count), to: &zip) }
        }
        try data.end(&zip)
        try zip.finish()
    }
}

/// An array that is written to a zip archive, one number after another.
private struct NumpyMember<Number: FixedWidthInteger> {
    let name: String
    let count: Int
    private let head: [UInt8]
    private var buffer: [UInt8] = []

    private static var capacity: Int { 64 << 10 }

    init(_ name: String, type: String, count: Int) {
        self.name = name
        self.count = count
        head = NumpyHeader.bytes(type: type, shape: [count])
    }

    func begin(_ zip: inout ZipWriter) throws(FileError) {
        try zip.begin(name, size: head.count + count * (Number.bitWidth / 8))
        try zip.write(head)
    }

    mutating func add(_ number: Number, to zip: inout ZipWriter) throws(FileError) {
        withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
        if buffer.count >= Self.capacity { try drain(&zip) }
    }

    mutating func end(_ zip: inout ZipWriter) throws(FileError) {
        try drain(&zip)
        try zip.end()
    }

    private mutating func drain(_ zip: inout ZipWriter) throws(FileError) {
        try zip.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// A chunk of a shard's documents with the topics of their tokens, which `--publish-documents` stores.
///
/// Packed: the length of the packed names (varint), the names (`WordList`), one row for each document (`PackedRows`).
package struct DocumentChunk: Sendable, Equatable {
    /// The largest number of documents in a chunk.
    package static let capacity = 1024

    package let names: WordList
    package let rows: SparseRows

    package init(names: WordList, rows: SparseRows) {
        self.names = names
        self.rows = rows
    }

    package func packed(columns: Int) -> [UInt8] {
        let names = names.packed()
        var bytes: [UInt8] = []
        Varint.append(UInt64(names.count), to: &bytes)
        return bytes + names + PackedRows.pack(rows, columns: columns)
    }

    /// - Returns: nil if the bytes are damaged.
    package init?(packed bytes: [UInt8], columns: Int) {
        var cursor = 0
        guard let length = Varint.read(bytes.span, &cursor), length <= UInt64(bytes.count - cursor),
            let names = WordList(packed: Array(bytes[cursor..<cursor + Int(length)])),
            let rows = PackedRows.unpack(Array(bytes[(cursor + Int(length))...]), columns: columns),
            rows.count == names.count
        else { return nil }
        self.init(names: names, rows: rows)
    }
}

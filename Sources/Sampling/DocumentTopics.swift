package import Counts

/// n_dk, the number of tokens of each document of a slice in each topic. They are stored as rows or as lists, whichever
/// takes less memory and is fast in the kernel (`CKernels`). Callers do not depend on the form.
///
/// Rows: one number for every topic, of one byte if a document has at most 255 tokens, otherwise of two bytes. All
/// documents up to the last long one have two bytes, so long documents should come first, as they do in `CorpusSlice`.
/// Lists: entries for the topics that a document has, in any order. An entry packs a topic and its count into 32 bits;
/// the topic takes the high log2 K bits, and the count the others. The first entry of a list is the number of entries
/// that follow. There is room for three entries more than min(tokens, K), because a token's old entry is removed only
/// after its new one has been added, and two tokens are processed at once.
///
/// Memory: rows take K to K + 63 bytes per document, or twice that. Lists take at most 4 bytes per token and 16 to 76
/// per document.
package struct DocumentTopics: Sendable {
    package enum Form: Sendable, CaseIterable {
        case rows
        case lists
    }

    /// The layout in memory.
    private let layout: DocumentLayout
    var narrowRows: AlignedMemory
    var wideRows: AlignedMemory
    var lists: AlignedMemory
    /// The vector of `lists` at which each document's list begins.
    let listStarts: [UInt32]

    /// Creates counts without tokens. If `form` is nil, the suitable form is chosen.
    package init(documentLengths: [UInt32], topics: Int, form: Form? = nil) {
        layout = DocumentLayout(documentLengths: documentLengths, topics: topics, form: form)
        narrowRows = AlignedMemory(bytes: layout.narrowBytes)
        wideRows = AlignedMemory(bytes: layout.wideBytes)
        lists = AlignedMemory(bytes: layout.listBytes)
        var start = 0
        listStarts = (layout.form == .rows ? [] : documentLengths).map { tokens in
            defer { start += DocumentLayout.listVectors(tokens: Int(tokens), topics: topics) }
            return UInt32(start)
        }
    }

    package var form: Form { layout.form }
    package var count: Int { layout.count }
    /// The number of topics, K.
    var topics: Int { layout.topics }
    var rowStride: Int { layout.rowStride }
    var wide: Int { layout.wide }
    var countBits: UInt32 { layout.countBits }

    /// Returns the greatest number of tokens that a document can have with `topics` topics.
    package static func maxDocumentTokens(topics: Int) -> Int {
        1 << Int(DocumentLayout.countBits(topics: topics)) - 1
    }

    /// Returns the topics of document `document` with their counts, in any order.
    package func topics(of document: Int) -> [(topic: Int, count: Int)] {
        switch form {
        case .rows:
            (0..<layout.topics).compactMap { topic in
                let count = number(topic, document)
                return count > 0 ? (topic, count) : nil
            }
        case .lists:
            (0..<Int(entry(0, document))).map { index in
                let entry = entry(index + 1, document)
                return (Int(entry >> countBits), Int(entry & (1 << countBits - 1)))
            }
        }
    }

    /// Adds `change` tokens of `topic` to a document. An entry whose count falls to 0 is removed from its list.
    /// O(topics of the document).
    package mutating func add(_ change: Int, topic: Int, document: Int) {
        assert(0..<topics ~= topic && 0..<count ~= document)
        switch form {
        case .rows:
            let count = number(topic, document) + change
            precondition(count >= 0, "topic \(topic) is not in document \(document)")
            setNumber(topic, document, count)
        case .lists:
            let length = Int(entry(0, document))
            let found = (0..<length).first { Int(entry($0 + 1, document) >> countBits) == topic }
            let place = (found ?? length) + 1
            let old = found == nil ? UInt32(topic) << countBits : entry(place, document)
            precondition(Int(old & (1 << countBits - 1)) + change >= 0, "topic \(topic) is not in document \(document)")
            let new = UInt32(Int(old) + change)
            if new & (1 << countBits - 1) == 0 {
                setEntry(place, document, entry(length, document))
                setEntry(length, document, 0)
                setEntry(0, document, UInt32(length - 1))
            } else {
                setEntry(place, document, new)
                setEntry(0, document, UInt32(max(length, place)))
            }
        }
    }

    private func number(_ topic: Int, _ document: Int) -> Int {
        document < wide
            ? Int(wideRows.load((document * rowStride + topic) * 2, as: UInt16.self))
            : Int(narrowRows.load((document - wide) * rowStride + topic, as: UInt8.self))
    }

    private mutating func setNumber(_ topic: Int, _ document: Int, _ number: Int) {
        if document < wide {
            wideRows.store(UInt16(number), at: (document * rowStride + topic) * 2)
        } else {
            narrowRows.store(UInt8(number), at: (document - wide) * rowStride + topic)
        }
    }

    func entry(_ index: Int, _ document: Int) -> UInt32 {
        lists.load(Int(listStarts[document]) * DocumentLayout.vectorBytes + index * 4, as: UInt32.self)
    }

    mutating func setEntry(_ index: Int, _ document: Int, _ entry: UInt32) {
        lists.store(entry, at: Int(listStarts[document]) * DocumentLayout.vectorBytes + index * 4)
    }
}

extension DocumentTopics {
    /// Returns n_dk with one row per document.
    package func rows() -> SparseRows {
        var rows = SparseRows()
        for document in 0..<count {
            for (topic, count) in topics(of: document).sorted(by: { $0.topic < $1.topic }) {
                rows.append(column: UInt16(topic), amount: UInt32(count))
            }
            rows.endRow()
        }
        return rows
    }
}

package import Counts

/// n_dk: how many tokens of each document of a slice are in each topic. Kept in the form that takes less memory and
/// suits the kernel (`CKernels`), rows or lists; which, one cannot tell from outside.
///
/// Rows: one number for every topic, of one byte where a document cannot have more than 255 tokens, else of two.
/// Documents up to the last long one have two; so long ones should come first (`CorpusSlice` sees to that).
/// Lists: entries for the topics a document has, in no order. An entry packs a topic and its count in 32 bits, the topic
/// in the high ones: K topics take log2 K bits, the count the rest. The first entry of a list says how many follow; there is
/// room for three more than min(tokens, K), because a token's old entry leaves only when its new one is in, and two
/// tokens are in work at once.
///
/// Memory: rows K to K + 63 bytes a document or twice that; lists 4 bytes a token at most and 16 to 76 a document.
package struct DocumentTopics: Sendable {
    package enum Form: Sendable, CaseIterable {
        case rows
        case lists
    }

    /// How it lies in memory.
    private let layout: DocumentLayout
    var narrowRows: AlignedMemory
    var wideRows: AlignedMemory
    var lists: AlignedMemory
    /// The vector of `lists` where each document's list begins.
    let listStarts: [UInt32]

    /// No tokens yet. `form` nil: the one that suits.
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
    /// K.
    var topics: Int { layout.topics }
    var rowStride: Int { layout.rowStride }
    var wide: Int { layout.wide }
    var countBits: UInt32 { layout.countBits }

    /// The tokens of the longest document that `topics` topics leave room for.
    package static func maxDocumentTokens(topics: Int) -> Int {
        1 << Int(DocumentLayout.countBits(topics: topics)) - 1
    }

    /// The topics of document `document` with their counts, in no order.
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

    /// Adds `change` tokens of `topic` to a document; an entry whose count falls to 0 leaves its list. O(topics of the
    /// document).
    package mutating func add(_ change: Int, topic: Int, document: Int) {
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
    /// n_dk, one row a document.
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

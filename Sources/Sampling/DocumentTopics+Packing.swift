import Corpus

extension DocumentTopics {
    /// The topics of all lists as they stand there; nothing where documents are rows.
    func packedLists() -> [UInt8] {
        guard form == .lists else { return [] }
        let entries = (0..<count).reduce(0) { $0 + Int(entry(0, $1)) }
        return TopicWriter.packing(entries, topics: topics) { writer in
            for document in 0..<count {
                for index in 0..<Int(entry(0, document)) { writer.append(entry(index + 1, document) >> countBits) }
            }
        }
    }

    /// n_dk counted from `assignments`, the topics of lists in the order that was packed; nil if those are not the topics
    /// that were counted. O(tokens). Memory while it lasts: where documents are lists, 2 bytes a token and 4 a document.
    init?(of slice: CorpusSlice, topics: Int, form: Form?, assignments: [UInt16], lists packed: [UInt8]) {
        self.init(documentLengths: slice.documentLengths, topics: topics, form: form)
        switch self.form {
        case .rows:
            guard packed.isEmpty else { return nil }
            for (document, topic) in zip(slice.tokenDocuments, assignments) {
                add(1, topic: Int(topic), document: Int(document))
            }
        case .lists:
            guard fillLists(of: slice, assignments: assignments, packed) else { return nil }
        }
    }

    private mutating func fillLists(of slice: CorpusSlice, assignments: [UInt16], _ packed: [UInt8]) -> Bool {
        // The topics of the tokens, document after document; ends[d] is where those of document d begin, in the end where they end.
        var ends: [UInt32] = []
        ends.reserveCapacity(count)
        var sum: UInt32 = 0
        for length in slice.documentLengths {
            ends.append(sum)
            sum += length
        }
        var sorted = [UInt16](repeating: 0, count: assignments.count)
        for (document, topic) in zip(slice.tokenDocuments, assignments) {
            sorted[Int(ends[Int(document)])] = topic
            ends[Int(document)] += 1
        }
        var counts = [UInt32](repeating: 0, count: topics)
        var start = 0
        let filled = TopicReader.reading(packed, topics: topics) { reader in
            for document in 0..<count {
                let end = Int(ends[document])
                var length = 0
                for topic in sorted[start..<end] {
                    if counts[Int(topic)] == 0 { length += 1 }
                    counts[Int(topic)] += 1
                }
                setEntry(0, document, UInt32(length))
                for index in 0..<length {
                    guard let topic = reader.next(), counts[Int(topic)] > 0 else { return false }
                    setEntry(index + 1, document, topic << countBits | counts[Int(topic)])
                    counts[Int(topic)] = 0
                }
                start = end
            }
            return true
        }
        return filled == true
    }
}

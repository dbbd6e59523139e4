import Corpus

extension DocumentTopics {
    /// Packs the topics of all lists in the order of their entries; returns an empty array if documents are rows.
    func packedLists() -> [UInt8] {
        guard form == .lists else { return [] }
        let entries = (0..<count).reduce(0) { $0 + Int(entry(0, $1)) }
        return TopicWriter.packing(entries, topics: topics) { writer in
            for document in 0..<count {
                for index in 0..<Int(entry(0, document)) { writer.append(entry(index + 1, document) >> countBits) }
            }
        }
    }

    /// Counts n_dk from `assignments`, with the topics of lists in the packed order; nil if the packed topics are not
    /// those of the assignments. O(tokens). Temporary memory if documents are lists: 2 bytes per token and 4 per
    /// document.
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
        // `sorted` receives the topics of the tokens, document after document. ends[d] is the position of the next
        // topic of document d: first the start of the document's topics, finally their end.
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

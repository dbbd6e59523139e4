package import Corpus

/// What of a `SliceState` its slice does not tell, packed: a core's part of a checkpoint.
///
/// Topics take as many bits as the last of all K does (7 of 100, 10 of 1,000), one after the other, low bits first; what is
/// left of the last byte is 0. So a token takes 0.9 to 2 bytes, and where documents are lists as many bits again for each of
/// their topics: 0.9 bytes a token in all at K = 100 and 1.7 at K = 1,000 (20 Newsgroups), of which gzip would save a seventh.
/// Packing takes O(tokens), and no more memory than it fills.
///
/// Law: the state restored goes on like the one that was packed, bit for bit.
package struct PackedSlice: Sendable, Equatable {
    /// The four numbers of the generator's state.
    package let generator: [UInt64]
    /// z.
    package let assignments: [UInt8]
    /// The topics of every document as they stand in its list, because in that order their weights are summed up; empty where
    /// documents are rows. Their counts follow from z.
    package let lists: [UInt8]

    package init(generator: [UInt64], assignments: [UInt8], lists: [UInt8]) {
        (self.generator, self.assignments, self.lists) = (generator, assignments, lists)
    }

    /// The length of `assignments` for a slice.
    package static func assignmentBytes(of slice: CorpusSlice, topics: Int) -> Int {
        TopicBits.bytes(slice.tokenDocuments.count, topics: topics)
    }

    /// What the length of `lists` may be at most.
    package static func maxListBytes(of slice: CorpusSlice, topics: Int) -> Int {
        let layout = DocumentLayout(documentLengths: slice.documentLengths, topics: topics)
        guard layout.form == .lists else { return 0 }
        return TopicBits.bytes(slice.documentLengths.reduce(0) { $0 + min(Int($1), topics) }, topics: topics)
    }

    /// The part that no state of the slice can have.
    package enum Fault: Error, Sendable {
        case generator, assignments, lists
    }
}

extension SliceState {
    package func packed() -> PackedSlice {
        let (s0, s1, s2, s3) = random.state
        let topics = TopicWriter.packing(tokens, topics: documents.topics) { writer in
            for topic in assignments { writer.append(UInt32(topic)) }
        }
        return PackedSlice(generator: [s0, s1, s2, s3], assignments: topics, lists: documents.packedLists())
    }

    /// The state of `slice` that was packed.
    ///
    /// - Parameter form: that of the documents' topics when it was packed; nil: the one that suits.
    package init(
        _ slice: CorpusSlice, topics: Int, packed: PackedSlice, form: DocumentTopics.Form? = nil
    ) throws(PackedSlice.Fault) {
        let generator = packed.generator
        guard generator.count == 4, generator.contains(where: { $0 != 0 }) else { throw .generator }
        let count = slice.tokenDocuments.count
        let read = TopicReader.reading(packed.assignments, topics: topics) { reader in
            var assignments: [UInt16] = []
            assignments.reserveCapacity(count)
            for _ in 0..<count {
                guard let topic = reader.next() else { return [UInt16]?.none }
                assignments.append(UInt16(topic))
            }
            return assignments
        }
        guard let assignments = read else { throw .assignments }
        let counted = DocumentTopics(
            of: slice, topics: topics, form: form, assignments: assignments, lists: packed.lists)
        guard let documents = counted else { throw .lists }
        self.init(
            slice: slice, assignments: assignments, documents: documents,
            random: Xoshiro256(state: (generator[0], generator[1], generator[2], generator[3])))
    }
}

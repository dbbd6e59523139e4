package import Corpus

/// The packed part of a `SliceState` that cannot be computed from its slice: one core's part of a checkpoint.
///
/// A topic takes as many bits as topic K - 1 needs (7 for K = 100, 10 for K = 1,000). Topics are stored one after the
/// other, low bits first, and the unused bits of the last byte are 0. A token takes 0.9 to 2 bytes, and if documents
/// are lists, each of their topics takes the same number of bits again. In total this was 0.9 bytes per token for
/// K = 100 and 1.7 for K = 1,000 (20 Newsgroups), of which gzip would save a seventh. Packing takes O(tokens), and no
/// more memory than the result.
///
/// Invariant: a restored state continues exactly like the one that was packed, bit for bit.
package struct PackedSlice: Sendable, Equatable {
    /// The four numbers of the generator's state.
    package let generator: [UInt64]
    /// z, the topics of the tokens.
    package let assignments: [UInt8]
    /// The topics of every document in the order of its list, because their weights are added in that order; empty if
    /// documents are rows. Their counts follow from z.
    package let lists: [UInt8]

    package init(generator: [UInt64], assignments: [UInt8], lists: [UInt8]) {
        (self.generator, self.assignments, self.lists) = (generator, assignments, lists)
    }

    /// Returns the length of `assignments` for a slice.
    package static func assignmentBytes(of slice: CorpusSlice, topics: Int) -> Int {
        TopicBits.bytes(slice.tokenDocuments.count, topics: topics)
    }

    /// Returns the greatest possible length of `lists`.
    package static func maxListBytes(of slice: CorpusSlice, topics: Int) -> Int {
        let layout = DocumentLayout(documentLengths: slice.documentLengths, topics: topics)
        guard layout.form == .lists else { return 0 }
        return TopicBits.bytes(slice.documentLengths.reduce(0) { $0 + min(Int($1), topics) }, topics: topics)
    }

    /// The part that is not valid for any state of the slice.
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

    /// Restores the state of `slice` that was packed.
    ///
    /// - Parameter form: the form of the documents' topics when they were packed; nil: the suitable one.
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

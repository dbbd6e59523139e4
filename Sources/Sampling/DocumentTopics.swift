package import Counts

/// n_dk: for each document of a slice the topics of its tokens, as a short unordered list.
///
/// An entry packs a topic and its count in 32 bits, the topic in the high ones: K topics take log2 K bits, the count the
/// rest, so that a document may have 2^(32 - log2 K) - 1 tokens (33 million at K = 100, 65,535 at K = 65,536).
/// Document d's list lies at `starts[d]`, `lengths[d]` entries long, with room for one more than min(tokens of d, K)
/// (a token's old topic leaves the list only when its new one is in), rounded up to 16; what is not in use is 0, so that
/// whole vectors of 16 can be read.
///
/// Memory: at most 4 bytes a token and 12 to 72 a document.
package struct DocumentTopics: Sendable {
    package internal(set) var entries: [UInt32]
    package internal(set) var lengths: [UInt32]
    package let starts: [Int]
    /// How far to the right an entry's topic lies.
    package let countBits: UInt32

    package init(documentLengths: [UInt32], topics: Int) {
        countBits = Self.countBits(topics: topics)
        var starts: [Int] = []
        starts.reserveCapacity(documentLengths.count + 1)
        var start = 0
        for tokens in documentLengths {
            precondition(Int(tokens) <= Self.maxDocumentTokens(topics: topics))
            starts.append(start)
            start += (min(Int(tokens), topics) + 1 + 15) / 16 * 16
        }
        starts.append(start)
        self.starts = starts
        entries = Array(repeating: 0, count: start)
        lengths = Array(repeating: 0, count: documentLengths.count)
    }

    private static func countBits(topics: Int) -> UInt32 {
        UInt32(min(31, UInt32(topics - 1).leadingZeroBitCount))
    }

    /// The tokens of the longest document that `topics` topics leave room for.
    package static func maxDocumentTokens(topics: Int) -> Int {
        1 << Int(countBits(topics: topics)) - 1
    }

    package var count: Int { lengths.count }

    /// The topics of document `document` with their counts, in no order.
    package func topics(of document: Int) -> [(topic: Int, count: Int)] {
        let start = starts[document]
        return entries[start..<start + Int(lengths[document])].map {
            (Int($0 >> countBits), Int($0 & (1 << countBits - 1)))
        }
    }

    /// Adds `change` tokens of `topic` to a document; an entry whose count falls to 0 leaves the list. O(topics of the
    /// document).
    mutating func add(_ change: Int, topic: Int, document: Int) {
        let start = starts[document]
        let length = Int(lengths[document])
        for place in start..<start + length where Int(entries[place] >> countBits) == topic {
            entries[place] = UInt32(Int(entries[place]) + change)
            if entries[place] & (1 << countBits - 1) == 0 {
                entries[place] = entries[start + length - 1]
                entries[start + length - 1] = 0
                lengths[document] -= 1
            }
            return
        }
        precondition(change > 0, "topic \(topic) is not in document \(document)")
        entries[start + length] = UInt32(topic) << countBits | UInt32(change)
        lengths[document] += 1
    }
}

extension DocumentTopics {
    /// n_dk, one row a document.
    package func rows() -> SparseRows {
        var rows = SparseRows(reservingCells: lengths.reduce(0) { $0 + Int($1) }, rows: count)
        for document in 0..<count {
            for (topic, count) in topics(of: document).sorted(by: { $0.topic < $1.topic }) {
                rows.append(column: UInt16(topic), amount: UInt32(count))
            }
            rows.endRow()
        }
        return rows
    }
}

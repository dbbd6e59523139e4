import CPrefetch
import Corpus

/// A slice's tokens laid open for the time of one block: assignments, document lists and the generator.
struct TokenAccess {
    let tokenStarts: UnsafeBufferPointer<UInt32>
    let tokenDocuments: UnsafePointer<UInt32>
    let assignments: UnsafeMutablePointer<UInt16>
    let listStarts: UnsafePointer<Int>
    let lengths: UnsafeMutablePointer<UInt32>
    let entries: UnsafeMutablePointer<UInt32>
    let countBits: UInt32
    let random: UnsafeMutablePointer<Xoshiro256>

    func range(ofWord word: Int) -> Range<Int> {
        Int(tokenStarts[word])..<Int(tokenStarts[word + 1])
    }

    /// Brings a token's document list near: its first entries, which are most of it.
    @inline(__always)
    func prefetch(_ token: Int) {
        let list = entries + listStarts[Int(tokenDocuments[token])]
        cprefetch(list)
        cprefetch(list + 16)
        cprefetch(list + 32)
    }

    @inline(__always)
    func list(ofToken token: Int) -> DocumentList {
        let document = Int(tokenDocuments[token])
        return DocumentList(
            entries: entries + listStarts[document], count: Int(lengths[document]), document: document,
            countBits: countBits)
    }
}

/// One document's topics with their counts (see `DocumentTopics`): `count` entries, the rest of the last 16 are 0.
struct DocumentList {
    let entries: UnsafeMutablePointer<UInt32>
    let count: Int
    let document: Int
    let countBits: UInt32

    @inline(__always)
    var countMask: UInt32 { 1 &<< countBits &- 1 }

    /// Vectors of 16 that hold all entries.
    @inline(__always)
    var vectors: Int { (count + 15) / 16 }

    @inline(__always)
    func vector(_ index: Int) -> SIMD16<UInt32> {
        UnsafeRawPointer(entries + index * 16).loadUnaligned(as: SIMD16<UInt32>.self)
    }

    @inline(__always)
    func topic(_ entry: Int) -> Int { Int(entries[entry] &>> countBits) }

    /// The entry of a topic that is in the list.
    @inline(__always)
    func place(of topic: Int) -> Int {
        var entry = 0
        while self.topic(entry) != topic { entry += 1 }
        return entry
    }

    /// One token more of a topic that may not be in the list yet.
    @inline(__always)
    func add(_ topic: Int, _ tokens: TokenAccess) {
        var entry = 0
        while entry < count, self.topic(entry) != topic { entry += 1 }
        if entry == count {
            entries[count] = UInt32(topic) << countBits
            tokens.lengths[document] = UInt32(count + 1)
        }
        entries[entry] += 1
    }

    /// An entry left without tokens gives its place to the last.
    @inline(__always)
    func drop(ifEmpty entry: Int, _ tokens: TokenAccess) {
        guard entries[entry] & countMask == 0 else { return }
        let last = Int(tokens.lengths[document]) - 1
        entries[entry] = entries[last]
        entries[last] = 0
        tokens.lengths[document] = UInt32(last)
    }
}

extension SliceState {
    /// Lays the tokens open to `body`.
    mutating func withTokens(_ body: (TokenAccess) -> Void) {
        let countBits = documents.countBits
        slice.tokenStarts.withUnsafeBufferPointer { tokenStarts in
            slice.tokenDocuments.withUnsafeBufferPointer { tokenDocuments in
                documents.starts.withUnsafeBufferPointer { listStarts in
                    assignments.withUnsafeMutableBufferPointer { assignments in
                        documents.lengths.withUnsafeMutableBufferPointer { lengths in
                            documents.entries.withUnsafeMutableBufferPointer { entries in
                                withUnsafeMutablePointer(to: &random) { random in
                                    guard let assignments = assignments.baseAddress else { return }
                                    body(
                                        TokenAccess(
                                            tokenStarts: tokenStarts, tokenDocuments: tokenDocuments.baseAddress!,
                                            assignments: assignments, listStarts: listStarts.baseAddress!,
                                            lengths: lengths.baseAddress!, entries: entries.baseAddress!,
                                            countBits: countBits, random: random))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

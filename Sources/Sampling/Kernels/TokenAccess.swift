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

    @inline(__always)
    func list(ofToken token: Int) -> DocumentList {
        let document = Int(tokenDocuments[token])
        return DocumentList(
            entries: entries + listStarts[document], count: Int(lengths[document]), document: document,
            countBits: countBits)
    }
}

/// One document's topics with their counts (see `DocumentTopics`).
struct DocumentList {
    let entries: UnsafeMutablePointer<UInt32>
    let count: Int
    let document: Int
    let countBits: UInt32

    @inline(__always)
    func topic(_ entry: Int) -> Int { Int(entries[entry] >> countBits) }

    @inline(__always)
    func amount(_ entry: Int) -> Int32 { Int32(entries[entry] & (1 << countBits - 1)) }

    /// Moves one token from one entry to another; an entry left with none gives its place to the last.
    @inline(__always)
    func move(from: Int, to: Int, _ tokens: TokenAccess) {
        entries[to] += 1
        entries[from] -= 1
        if amount(from) == 0 {
            entries[from] = entries[count - 1]
            tokens.lengths[document] = UInt32(count - 1)
        }
    }

    /// Moves one token from an entry to a topic that may not be in the list yet.
    func move(from: Int, toTopic topic: Int, _ tokens: TokenAccess) {
        for entry in 0..<count where self.topic(entry) == topic {
            return move(from: from, to: entry, tokens)
        }
        let new = UInt32(topic) << countBits | 1
        if amount(from) == 1 {
            entries[from] = new
        } else {
            entries[from] -= 1
            entries[count] = new
            tokens.lengths[document] = UInt32(count + 1)
        }
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

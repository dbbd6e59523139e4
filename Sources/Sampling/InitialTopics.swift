import Corpus

/// The initial assignments of the chain of a slice, in which documents that share words share topics.
///
/// Every pair of a word and an occurrence, such as the second "gene" of a document, has a hash. A document's *anchors*
/// are its tokens with the smallest hashes (a bottom-n sketch: Broder 1997, with occurrences as in Manasse, McSherry,
/// Talwar 2010). Each token of the document starts in the topic of one of its anchors; that topic is a hash of the
/// anchor's word. Similar documents have most anchors in common and therefore start in the same topics. A random start
/// puts them in different topics, which the first sweeps then have to merge.
///
/// Measured: the number of sweeps until held-out perplexity is that which a start with a random topic for each token
/// reaches after 20 and after 50 sweeps (alpha = 50 / K, beta = 0.01, no `BetaSchedule`; one run each, whose perplexity
/// varies by 0.75 %):
///
///     corpus, tokens per document      K    1 + length/8 random topics    anchors
///     package descriptions, 32       100    17, 48                        5, 10
///                                  1,000    18, 49                        5, 16
///     20 Newsgroups, 114             100    18, 50                        6, 23
///                                  1,000    19, 45                        7, 26
///     Daily Kos, 136                  20    18, 44                        7, 14
///                                    100    15, 42                        5, 16
///                                  1,000    20, 57                        10, 38
///     NIPS, 1,242                    100    18, 38                        7, 20
///                                  1,000    23, more than 50              7, 28
///
/// These runs used 2 + length/32 anchors. If documents are long and there are many topics, more anchors are better
/// (perplexity after 20 and after 50 sweeps, two seeds each; for 178,607 pages of documentation after 80 sweeps):
///
///     corpus, tokens per document      K    2 + length/32               8 + length/8
///     NIPS, 1,242                  1,000    1003, 1003; 955, 960        970, 971; 938, 938
///     20 Newsgroups, 114           1,000    2543, 2555; 2376, 2371      2561, 2573; 2375, 2381
///     Daily Kos, 136               1,000    1543, 1534; 1475, 1473      1537, 1557; 1476, 1487
///     documentation, 130           1,000    408, 409                    405, 404 (4 + length/8: 409, 407)
///
/// At K = 100, NIPS gains less than 1 % and the other corpora nothing. No start keeps its advantage: after 500 sweeps
/// of Daily Kos at K = 100, perplexity is 1620, 1608 and 1600 with random tokens, random topics and anchors.
/// Alternatives that were tried:
///
/// - One random topic per document: worse on NIPS at K = 1,000 (1069 after 50 sweeps, compared with 981).
/// - One of 16 random topics per document, chosen by the counts so far: equally good on short documents, but it needs
///   those counts and an order of the documents.
/// - 0.3 alpha during the first 20 sweeps: these converge faster, but the result is 2 % worse on NIPS and 1 % on Daily
///   Kos (K = 1,000).
/// - Training on a quarter of the documents, and starting all documents from that model: no better. On the
///   documentation, 60 such sweeps followed by 5 over all documents (33 s) gave a perplexity of 434, and followed by 20
///   (52 s) 422. Without them, 20 sweeps over all documents (24 s) gave 438 and 50 (60 s) 415.
///
/// Invariant: the start of a document depends only on the seed, its line and its words. It depends neither on the order
/// of its words and of the vocabulary nor on other documents, cores or shards. Its topics, apart from which token has
/// which of them, depend only on the seed and its words. This is only a start: the chain, and the distribution to which
/// it converges, are the same.
///
/// Cost: O(tokens), plus about anchors^2 per document. With 2 + length/32 anchors it takes a third of the time that
/// seeding a generator for each token took (35 ns per token). Temporary memory: 8 bytes per anchor and document, 16 per
/// word.
struct InitialTopics {
    /// D + 1 values: the first anchor of each document, and the end.
    private var starts: [Int] = [0]
    /// While anchors are chosen: a hash in the high 48 bits, and the topic of its word in the low 16; the anchors of a
    /// document are in ascending order. Afterwards: the number of tokens that start in the topic, and the topic.
    private var anchors: [UInt64]

    private static let topicBits: UInt64 = 16
    private static let topicMask: UInt64 = 1 << topicBits - 1

    /// Returns the number of anchors of a document with `tokens` tokens.
    static func anchors(tokens: Int) -> Int {
        min(tokens, 8 + tokens / 8, 128)
    }

    /// Chooses the topics of all tokens of `slice`.
    ///
    /// - Parameters:
    ///   - documents: n_dk, to which the topics are added.
    ///   - wordHash: returns for a word of the slice a hash that identifies it in every slice.
    /// - Returns: z, the topics of the tokens.
    static func topics(
        for slice: CorpusSlice, topics: Int, seed: UInt64, in documents: inout DocumentTopics, wordHash: (Int) -> UInt64
    ) -> [UInt16] {
        let words = (0..<slice.tokenStarts.count - 1).map { word in
            Word(SplitMix64.mix(wordHash(word) ^ SplitMix64.mix(seed &+ SplitMix64.increment)), topics: topics)
        }
        var start = InitialTopics(slice)
        start.chooseAnchors(slice, words)
        let assignments = start.assign(slice, words)
        start.count(slice, in: &documents)
        return assignments
    }

    private init(_ slice: CorpusSlice) {
        starts.reserveCapacity(slice.documentLengths.count + 1)
        var end = 0
        for tokens in slice.documentLengths {
            end += Self.anchors(tokens: Int(tokens))
            starts.append(end)
        }
        anchors = Array(repeating: .max, count: end)
    }

    private mutating func chooseAnchors(_ slice: CorpusSlice, _ words: [Word]) {
        Self.forEachToken(slice, words) { document, word, hash in
            let anchor = hash & ~Self.topicMask | UInt64(word.topic)
            var place = starts[document + 1] - 1
            guard anchor < anchors[place] else { return }
            let first = starts[document]
            while place > first, anchors[place - 1] > anchor {
                anchors[place] = anchors[place - 1]
                place -= 1
            }
            anchors[place] = anchor
        }
        for place in anchors.indices { anchors[place] &= Self.topicMask }
    }

    private mutating func assign(_ slice: CorpusSlice, _ words: [Word]) -> [UInt16] {
        var assignments: [UInt16] = []
        assignments.reserveCapacity(slice.tokenDocuments.count)
        Self.forEachToken(slice, words) { document, _, hash in
            let choices = UInt64(starts[document + 1] - starts[document])
            let line = UInt64(slice.documentLines[document])
            let choice = SplitMix64.mix(hash ^ line &* SplitMix64.increment).multipliedFullWidth(by: choices).high
            let place = starts[document] + Int(choice)
            assignments.append(UInt16(anchors[place] & Self.topicMask))
            anchors[place] += 1 << Self.topicBits
        }
        return assignments
    }

    private func count(_ slice: CorpusSlice, in documents: inout DocumentTopics) {
        for document in slice.documentLengths.indices {
            for anchor in anchors[starts[document]..<starts[document + 1]] where anchor > Self.topicMask {
                documents.add(
                    Int(anchor >> Self.topicBits), topic: Int(anchor & Self.topicMask), document: document)
            }
        }
    }

    /// Calls `visit` for each token in the order of the slice, with its document, its word, and the hash of its word
    /// and occurrence.
    @inline(__always)
    private static func forEachToken(
        _ slice: CorpusSlice, _ words: [Word], _ visit: (_ document: Int, _ word: Word, _ hash: UInt64) -> Void
    ) {
        for (index, word) in words.enumerated() {
            var last: UInt32?
            var occurrences = word.occurrences
            var hash: UInt64 = 0
            for document in slice.tokenDocuments[Int(slice.tokenStarts[index])..<Int(slice.tokenStarts[index + 1])] {
                if document != last { occurrences = word.occurrences }
                last = document
                hash = occurrences.next()
                visit(Int(document), word, hash)
            }
        }
    }
}

/// The properties of a word that are the same in every document.
private struct Word {
    let topic: UInt16
    /// A generator of the hashes of the word's first occurrence in a document, its second, and so on.
    let occurrences: SplitMix64

    init(_ hash: UInt64, topics: Int) {
        var draws = SplitMix64(seed: hash)
        topic = UInt16(draws.next().multipliedFullWidth(by: UInt64(topics)).high)
        occurrences = draws
    }
}

package import Corpus
import Counts
package import LDA
package import Models
import Sampling

/// The initial topics of a shard's tokens, from a model that was read from a file (`--from`).
///
/// - From a MALLET state of the same corpus: each token gets its topic in the state. Documents are found by their rows
///   and tokens by their words; the tokens of one word in one document are interchangeable. The state must have exactly
///   the tokens of the corpus.
/// - From a dump of any corpus: topics are drawn from the dump's counts (`InitialTopicsFromCounts`). Documents are
///   found by name.
package struct InitialTopicsFromModel {
    private let corpus: ShardCorpus
    private let file: String

    /// - Parameter file: The file that error messages name.
    package init(corpus: ShardCorpus, file: String) {
        self.corpus = corpus
        self.file = file
    }

    // MARK: From a state

    private struct Place {
        let line: Int
        let slice: Int
        let document: UInt32
    }

    /// Returns z of the tokens of each slice. Memory: 3 bytes per token, 24 bytes per document. Throws
    /// `ModelFileError`.
    package func assignments(from state: StateModel) throws -> [[UInt16]] {
        var topics = corpus.slices.map { [UInt16](repeating: 0, count: $0.tokenDocuments.count) }
        var isFilled = corpus.slices.map { [Bool](repeating: false, count: $0.tokenDocuments.count) }
        var filled = 0
        let places = placesByLine()
        let words = try ownWords(of: state)
        try state.visit(withTokens: true) { document in
            guard let place = Self.place(of: document.index, in: places) else { return }
            for (word, topic) in zip(document.tokenWords, document.tokenTopics) {
                guard let own = words[Int(word)],
                    let slot = freeSlot(own, place, isFilled[place.slice])
                else {
                    throw contradiction(
                        "document \(document.index) of the state has \"\(Excerpt(label(word, of: state)))\" more "
                            + "often than row \(document.index + 1) of the corpus")
                }
                topics[place.slice][slot] = topic
                isFilled[place.slice][slot] = true
                filled += 1
            }
        }
        guard filled == corpus.summary.tokens else {
            throw contradiction("it has \(filled) of the \(corpus.summary.tokens) tokens of this shard's documents")
        }
        return topics
    }

    private func contradiction(_ fault: String) -> ModelFileError {
        .contradiction(file: file, fault: fault + ": use the state of the same corpus, read with the same options")
    }

    private func placesByLine() -> [Place] {
        var places: [Place] = []
        for (slice, documents) in corpus.slices.enumerated() {
            for (document, line) in documents.documentLines.enumerated() {
                places.append(Place(line: line, slice: slice, document: UInt32(document)))
            }
        }
        return places.sorted { $0.line < $1.line }
    }

    private static func place(of line: Int, in places: [Place]) -> Place? {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].line < line { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low].line == line ? places[low] : nil
    }

    /// Returns the first token of a word in a document that has no topic yet; nil if all have one.
    private func freeSlot(_ word: Int, _ place: Place, _ isFilled: [Bool]) -> Int? {
        let slice = corpus.slices[place.slice]
        let end = Int(slice.tokenStarts[word + 1])
        var (low, high) = (Int(slice.tokenStarts[word]), end)
        while low < high {
            let middle = (low + high) / 2
            if slice.tokenDocuments[middle] < place.document { low = middle + 1 } else { high = middle }
        }
        while low < end, slice.tokenDocuments[low] == place.document, isFilled[low] { low += 1 }
        return low < end && slice.tokenDocuments[low] == place.document ? low : nil
    }

    private func label(_ word: UInt32, of state: StateModel) -> [UInt8] {
        state.tokenWords.map { Array($0.labels[Int(word)]) } ?? []
    }

    /// Returns the number in the corpus of each of the state's words; nil for a word that the corpus does not have. A
    /// state has words without white space (`MALLETState`).
    private func ownWords(of state: StateModel) throws -> [Int?] {
        var labels = ByteStrings()
        for word in 0..<corpus.vocabulary.count { labels.append(corpus.vocabulary.word(word)) }
        let forms = PlainLabels.of(labels).labels
        var changed: [[UInt8]: Int] = [:]
        for word in 0..<labels.count where !PlainLabels.isPlain(labels[word]) {
            let escaped = PlainLabels.escaped(labels[word])
            if corpus.vocabulary.index(of: escaped) == nil, changed[escaped] == nil { changed[escaped] = word }
            changed[Array(forms[word])] = word
        }
        guard let numbered = state.tokenWords else { return [] }
        return (0..<numbered.labels.count).map { number in
            let label = Array(numbered.labels[number])
            return changed[label] ?? corpus.vocabulary.index(of: label)
        }
    }

    // MARK: From a dump

    /// Returns the first word whose number of tokens shows that the dump is of other documents, as part of a sentence;
    /// nil if the dump may be of these documents. O(words).
    /// - Parameter isWhole: whether the corpus has all documents, and not only those of one shard.
    package func difference(from dump: DumpModel, isWhole: Bool) -> String? {
        let rows = Self.rows(of: dump.model.words) { corpus.vocabulary.index(of: $0) }
        func text(_ word: [UInt8], _ here: Int, _ there: Int) -> String {
            "\"\(Excerpt(word))\" occurs \(here) times in the documents and \(there) times in the model"
        }
        for word in 0..<corpus.vocabulary.count {
            let here = corpus.tokens(ofWord: word)
            let there = dump.model.words.rows.amounts[dump.model.words.rows.range(of: rows[word] ?? .max)].reduce(0) {
                $0 + Int($1)
            }
            if isWhole ? here != there : here > there { return text(corpus.vocabulary.word(word), here, there) }
        }
        guard isWhole, rows.count < dump.model.words.count else { return nil }
        let missing = (0..<dump.model.words.count).lazy.map { Array(dump.model.words.labels[$0]) }
            .first { corpus.vocabulary.index(of: $0) == nil }
        return missing.map { "\"\(Excerpt($0))\" occurs only in the model" }
    }

    /// Returns z of the tokens of each slice, drawn from the dump's counts. If the dump has documents, `corpus` must
    /// have its documents' names.
    package func assignments(from dump: DumpModel, priors: Priors, seed: UInt64, shard: Int) -> [[UInt16]] {
        let model = dump.model
        let rows = Self.rows(of: model.words) { corpus.vocabulary.index(of: $0) }
        let words = model.words.rows.selecting(
            (0..<corpus.vocabulary.count).map { rows[$0] ?? model.words.rows.count })
        let start = InitialTopicsFromCounts(
            words: words, totals: model.topicTotals, vocabulary: max(1, model.vocabulary), priors: priors)
        var names: [[UInt8]: Int] = [:]
        for row in 0..<dump.documents.count { names[Array(dump.documents.labels[row])] = row }
        return corpus.slices.indices.map { slice in
            let documents = corpus.slices[slice].documentLines.indices.map { document in
                names.isEmpty
                    ? dump.documents.rows.count
                    : names[corpus.documentNames[slice][document]] ?? dump.documents.rows.count
            }
            return start.topics(
                for: corpus.slices[slice],
                documents: names.isEmpty ? SparseRows() : dump.documents.rows.selecting(documents), seed: seed,
                stream: shard * corpus.slices.count + slice)
        }
    }

    /// Returns the row of each label that has a number, by number.
    private static func rows(of labelled: LabelledRows, number: ([UInt8]) -> Int?) -> [Int: Int] {
        var rows: [Int: Int] = [:]
        for row in 0..<labelled.count {
            if let number = number(Array(labelled.labels[row])) { rows[number] = row }
        }
        return rows
    }
}

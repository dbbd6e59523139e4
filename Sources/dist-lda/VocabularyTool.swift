import ArgumentParser
import CommandLineTools
import Corpus
import Models

/// `dist-lda vocabulary`: prints the words of documents and how often they occur. Memory: O(words), independent of the
/// size of the documents.
struct VocabularyTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Counts the words of documents, without training.",
        discussion: """
            Prints the words that are kept, one per line, the most frequent first: word, tokens and documents, \
            separated by TABs. Such a list can be used as --vocab. TABs and line ends in a word are printed as _, or \
            percent-encoded if another word is printed so. A summary of what was read and removed is printed on \
            standard error.

            Example:
              dist-lda vocabulary --document letters.txt --lowercase --min-df 5
            """)

    @OptionGroup(title: "Documents") var corpus: CorpusOptions
    @OptionGroup(title: "Words") var words: WordOptions

    func run() throws {
        var options = try corpus.reading(words)
        options.maxDocumentTokens = Int(UInt32.max)
        var counter = WordCounter()
        var vocabulary = Vocabulary()
        let summary = try DocumentStream.read(try corpus.files(), options: options) { document, words in
            counter.add(document.words.span, document.counts.span, vocabulary: words.count)
        } atEnd: {
            vocabulary = $0
        }
        guard summary.tokens > 0 else { throw CorpusError.noTokens(lines: summary.lines) }
        let frequencies = counter.frequencies(vocabulary, corpusDocuments: summary.lines)
        let decision = options.rules.decide(frequencies)
        report(summary, decision)
        write(decision)
    }

    private func report(_ summary: CorpusSummary, _ decision: WordDecision) {
        func say(_ text: String) { StandardStream.error.write("dist-lda: \(text)\n") }
        let kept = decision.isKept.count { $0 }
        say(
            "\(summary.format.rawValue): \(summary.documents) documents, \(summary.tokens) tokens, \(summary.words) "
                + "words"
        )
        for finding in summary.findings { say("\(finding.name): \(finding.value)") }
        if let warning = summary.skippedWarning { say("\(warning) (\(summary.skippedLines) in all)") }
        for warning in summary.warnings { say("warning: \(warning)") }
        for removal in decision.removals {
            say("removed by \(removal.rule.rawValue): \(removal.words) words, \(removal.tokens) tokens")
        }
        if !decision.removals.isEmpty {
            let tokens = decision.removals.reduce(summary.tokens) { $0 - $1.tokens }
            say("kept: \(kept) words, \(tokens) tokens")
        }
    }

    private func write(_ decision: WordDecision) {
        let frequencies = decision.frequencies
        let ranked = frequencies.ranked { decision.isKept[$0] }
        var words = ByteStrings()
        for word in ranked { words.append(frequencies.words.word(word)) }
        words = PlainLabels.of(words, .tabsAndLines).labels
        var lines: [UInt8] = []
        for (rank, word) in ranked.enumerated() {
            lines += words[rank]
            lines += "\t\(frequencies.tokens[word])\t\(frequencies.documents[word])\n".utf8
            if lines.count >= 64 << 10 {
                StandardStream.output.write(lines)
                lines.removeAll(keepingCapacity: true)
            }
        }
        StandardStream.output.write(lines)
    }
}

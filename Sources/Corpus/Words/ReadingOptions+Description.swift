import Hashing

extension ReadingOptions {
    /// Describes all options that influence the documents of a corpus, in the spelling of the flags. Files are
    /// described by the XXH64 of their words.
    func description(of total: CorpusTotal) -> String {
        ([textDescription(of: total)] + ruleDescriptions).joined(separator: " ")
    }

    /// Describes the options that influence the words before any are removed.
    func textDescription(of total: CorpusTotal) -> String {
        let format = total.format
        var parts = ["--input-format=\(format.rawValue)"]
        func add(_ flag: String, _ value: String?) { if let value { parts.append("\(flag)=\(value)") } }
        if format.isText {
            if tokenizer.rule != .whitespace { add("--tokens", tokenizer.rule.rawValue) }
            if tokenizer.normalForm != .none { add("--normalize", tokenizer.normalForm.rawValue) }
            if tokenizer.lowercases { parts.append("--lowercase") }
        }
        add("--encoding", encoding?.rawValue)
        if format == .jsonl || format == .csv || format == .tsv {
            add("--text-field", fields.text)
            if !fields.hasHeader { parts.append("--no-header") }
            if !fields.hasQuotes { parts.append("--no-quotes") }
        }
        add("--mm-rows", total.matrixRows?.rawValue)
        if total.wordListDigest != 0 { add("--word-list", Self.text(total.wordListDigest)) }
        if !featureTypes.isEmpty { add("--feature-types", featureTypes.sorted().joined(separator: ",")) }
        add("--index-base", indexBase.map { "\($0)" })
        if binarizes { parts.append("--binarize") }
        return parts.joined(separator: " ")
    }

    private var ruleDescriptions: [String] {
        var parts: [String] = []
        func add(_ flag: String, _ value: String?) { if let value { parts.append("\(flag)=\(value)") } }
        if !rules.stopWords.isEmpty { add("stop words", Self.text(digest(of: rules.stopWords))) }
        add("--vocab", (rules.vocabulary?.digest).map(Self.text))
        add("--min-df", rules.minDocuments.map(Self.text))
        add("--max-df", rules.maxDocuments.map(Self.text))
        add("--min-cf", rules.minTokens.map { "\($0)" })
        if rules.removedTop > 0 { add("--rm-top", "\(rules.removedTop)") }
        add("--max-vocab", rules.maxWords.map { "\($0)" })
        return parts
    }

    private func digest(of words: Set<[UInt8]>) -> UInt64 {
        var hash = XXH64()
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            hash.update((word + [UInt8(ascii: "\n")]).span.bytes)
        }
        return hash.digest()
    }

    private static func text(_ limit: WordRules.DocumentLimit) -> String {
        switch limit {
        case .count(let count): "\(count)"
        case .share(let share): "\(share)"
        }
    }

    private static func text(_ digest: UInt64) -> String { String(digest, radix: 16) }
}

extension DocumentReader {
    /// Reads the list of words that numbers refer to; nil: there is none, and words are numbers. All files must have
    /// the same list.
    func numberedWords(_ total: inout CorpusTotal) throws(CorpusError) -> NumberedWords? {
        let path = options.wordList ?? files.first.flatMap { Companions(of: $0).words }
        let words = try path.map { path throws(CorpusError) in try list(path, &total) }
        if options.wordList == nil {
            for file in files.dropFirst() {
                guard let other = Companions(of: file).words, other != path else { continue }
                var ignored = CorpusTotal(format: total.format)
                guard try list(other, &ignored).table.digest == words?.table.digest else {
                    throw .otherWordList(file: other, first: path)
                }
            }
        }
        try checkFlags(for: words, total)
        if let words, let path {
            total.findings.append(Finding("word_list", path))
            total.wordListDigest = words.table.digest
            if options.keepsWordOrder, total.wordOrder == nil { total.wordOrder = words.table }
        } else {
            total.findings.append(Finding("words", "numbers"))
            if total.format == .matrixMarket, options.matrixRows == nil, let file = files.first {
                total.warnings.append(.unknownMatrix(file: file == "-" ? "standard input" : file))
            }
        }
        return words
    }

    /// Reads the names of the documents of each matrix; nil for a matrix without a list of names.
    func documentNames(_ total: inout CorpusTotal) throws(CorpusError) -> [WordTable?] {
        var (lists, paths): ([WordTable?], [String]) = ([], [])
        for file in files {
            guard let path = Companions(of: file).names else {
                lists.append(nil)
                continue
            }
            lists.append(try WordTable(readingFrom: path, allowsNUL: options.allowsNUL))
            paths.append(path)
        }
        if !paths.isEmpty { total.findings.append(Finding("names", paths.joined(separator: ","))) }
        return lists
    }

    private func list(_ path: String, _ total: inout CorpusTotal) throws(CorpusError) -> NumberedWords {
        guard FeatureList.isName(path) else {
            let table = try WordTable(wordListFrom: path, allowsNUL: options.allowsNUL)
            let equal = table.count - table.set.count
            if equal > 0 { total.warnings.append(.equalWords(file: path, count: equal)) }
            return NumberedWords(table: table)
        }
        let features = try FeatureList(
            readingFrom: path, names: options.featureNames ?? .symbol, kept: options.featureTypes)
        if features.renamed > 0 {
            total.warnings.append(.renamedFeatures(file: path, count: features.renamed))
        }
        if features.types.count > 1 {
            let types = features.types.map { "\($0.name): \($0.count)" }.joined(separator: ", ")
            if options.featureTypes.isEmpty {
                total.warnings.append(.featureTypes(file: path, types: types))
            }
        }
        return NumberedWords(table: features.words, isKept: features.isKept, areFeatures: true)
    }

    /// Throws an error if a flag needs a list that does not exist.
    private func checkFlags(for words: NumberedWords?, _ total: CorpusTotal) throws(CorpusError) {
        if words?.areFeatures != true {
            let purpose = "a list of features (features.tsv, genes.tsv)"
            if options.featureNames != nil {
                throw .wrongFlag(flag: "--feature-names", purpose: purpose, format: total.format)
            }
            if !options.featureTypes.isEmpty {
                throw .wrongFlag(flag: "--feature-types", purpose: purpose, format: total.format)
            }
        }
        if options.keepsWordOrder && words == nil && total.wordOrder == nil {
            throw .wrongFlag(
                flag: "--keep-word-order", purpose: "documents with a list of words (--word-list)", format: total.format
            )
        }
    }
}

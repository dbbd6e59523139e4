/// The words that the numbers of a format refer to.
struct NumberedWords {
    let table: WordTable
    /// Whether each word is read; nil: all are.
    var isKept: [Bool]?
    /// Whether the list is one of genes or regions (`FeatureList`).
    var areFeatures = false

    /// Whether entries with the word at this place of the list are read.
    func keeps(_ word: Int) -> Bool { isKept.map { word >= $0.count || $0[word] } ?? true }
}

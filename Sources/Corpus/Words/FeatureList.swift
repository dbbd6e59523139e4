/// The column of a list of features that holds their names; raw values are the spellings on the command line.
package enum FeatureNames: String, CaseIterable, Sendable {
    /// The first column, such as `ENSG00000243485`.
    case id
    /// The second column, such as `MIR1302-2HG`.
    case symbol
}

/// A list of genes or regions, as 10x Genomics writes it next to a matrix: `features.tsv` (`id TAB symbol TAB type
/// ...`), `genes.tsv` (`id TAB symbol`) or `peaks.bed` (`chromosome TAB start TAB end`). The rows of the matrix are the
/// lines of the list.
///
/// Features have different names: if several have the same symbol, the first keeps it, and the others get the first of
/// `-1`, `-2` ... that makes them unique, as in anndata's `make_index_unique`. A region is named `chr1:9000-9500`.
struct FeatureList {
    let words: WordTable
    /// Whether each feature is read; nil: all are.
    private(set) var isKept: [Bool]?
    /// The number of features that have another name than in the file.
    private(set) var renamed = 0
    /// The types in the file, each with the number of its features, in the order of their first occurrence.
    private(set) var types: [(name: String, count: Int)] = []

    private static let lists = ["features.tsv", "genes.tsv"]
    private static let regions = "peaks.bed"

    /// The names of such lists, without the prefix of a sample.
    static let names = lists + [regions]

    /// Whether a file with this path is such a list: its name, which may have the prefix of a sample, says so.
    static func isName(_ path: String) -> Bool {
        let name = Companions.uncompressed(path)
        return names.contains { name.hasSuffix($0) }
    }

    /// - Parameters:
    ///   - kept: The types of the features to read; empty: all.
    init(readingFrom path: String, names: FeatureNames, kept: [String]) throws(CorpusError) {
        let isRegions = Companions.uncompressed(path).hasSuffix(Self.regions)
        var (labels, kinds): ([[UInt8]], [String]) = ([], [])
        var numbers: [String: Int] = [:]
        var types: [(name: String, count: Int)] = []
        try WordTable.forEachLine(of: path) { line, place throws(CorpusError) in
            // The comments of a BED file.
            if isRegions, line[0] == UInt8(ascii: "#") { return }
            let columns = Self.columns(line)
            var label = isRegions ? Self.region(columns) : columns[0]
            if !isRegions, names == .symbol, columns.count > 1, !columns[1].isEmpty { label = columns[1] }
            guard !label.isEmpty else {
                throw .badLine(
                    file: place.file, line: place.line, column: 1, text: Excerpt(columns[0]), fault: .expected("a name")
                )
            }
            labels.append(label)
            guard !isRegions, columns.count > 2 else { return }
            let type = String(decoding: columns[2], as: UTF8.self)
            kinds.append(type)
            if numbers[type] == nil {
                numbers[type] = types.count
                types.append((type, 0))
            }
            types[numbers[type]!].count += 1
        }
        self.types = types
        if !kept.isEmpty {
            guard kinds.count == labels.count, kept.allSatisfy({ numbers[$0] != nil }) else {
                throw .noFeatureType(file: path, types: types.map(\.name))
            }
            isKept = kinds.map { kept.contains($0) }
        }
        let unique = Self.unique(labels)
        renamed = zip(labels, unique).count { $0 != $1 }
        words = WordTable(unique)
    }

    /// Returns the labels, made unique.
    private static func unique(_ labels: [[UInt8]]) -> [[UInt8]] {
        var taken = Set(labels)
        if taken.count == labels.count { return labels }
        var seen: Set<[UInt8]> = []
        var last: [[UInt8]: Int] = [:]
        return labels.map { label in
            if seen.insert(label).inserted { return label }
            while true {
                last[label, default: 0] += 1
                let name = label + Array("-\(last[label]!)".utf8)
                if taken.insert(name).inserted { return name }
            }
        }
    }

    private static func region(_ columns: [[UInt8]]) -> [UInt8] {
        columns.count < 3
            ? [] : columns[0] + [UInt8(ascii: ":")] + columns[1] + [UInt8(ascii: "-")] + columns[2]
    }

    private static func columns(_ line: Span<UInt8>) -> [[UInt8]] {
        var columns: [[UInt8]] = []
        var start = 0
        while start <= line.count {
            let end = start == line.count ? start : DistLDAFormat.end(ofCellAt: start, in: line)
            columns.append((start..<end).map { line[$0] })
            start = end + 1
        }
        return columns
    }
}

extension WordTable {
    /// Reads a list of words, or of features, whose order models are written in. Throws `CorpusError`.
    package init(orderFrom path: String, _ names: FeatureNames?) throws(CorpusError) {
        self =
            FeatureList.isName(path)
            ? try FeatureList(readingFrom: path, names: names ?? .symbol, kept: []).words
            : try WordTable(wordListFrom: path)
    }
}

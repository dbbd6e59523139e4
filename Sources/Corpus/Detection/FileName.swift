/// What the name of a file says about its format. Endings for compression (`.gz`, `.zst`) are ignored, and so is case.
struct FileName {
    private let base: Substring
    private let ending: Substring

    init(_ path: String) {
        var name = Substring(path.split(separator: "/").last ?? "").lowercased()[...]
        for compression in [".gz", ".zst"] where name.hasSuffix(compression) {
            name = name.dropLast(compression.count)
        }
        base = name
        ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...] } ?? ""
    }

    /// The format of documents that the name says; nil if it says none.
    var format: InputFormat? {
        switch ending {
        case "csv": .csv
        case "tsv", "tab": .tsv
        case "jsonl", "ndjson", "json": .jsonl
        case "mtx", "mm": .matrixMarket
        case "svm", "svmlight", "libsvm": .svmlight
        case "ldac": .ldaC
        case "mallet": .mallet
        default: base.hasPrefix("docword.") ? .uci : nil
        }
    }

    /// The kind of file that the name says, if documents cannot be read from it.
    var foreign: ForeignFormat? { ForeignFormat.named(ending) }

    /// Returns the format of a file whose content looks like `content`. The name decides, except between formats that
    /// are often confused and that the content tells apart for certain.
    func format(content: InputFormat) -> InputFormat {
        guard let format else { return content }
        let confused: [InputFormat] =
            switch format {
            case .csv: [.tsv]
            case .tsv: [.csv, .distLDA]
            default: []
            }
        return confused.contains(content) ? content : format
    }
}

import Platform

/// The files that belong to a file of numbered words and are found in its folder: the list of its words, and that of
/// the names of its documents. Any of them may be compressed.
///
/// - For `PREFIXmatrix.mtx`, as 10x Genomics and GEO name matrices: `PREFIXfeatures.tsv`, `PREFIXgenes.tsv` or
///   `PREFIXpeaks.bed`, and `PREFIXbarcodes.tsv`.
/// - For `X.EXT`: the words in `X.EXT.vocab` or `X.vocab`; for `docword.X.EXT` also `vocab.X.EXT`.
/// - For any file: the words in `vocab.txt`, `features.tsv` or `genes.tsv`.
struct Companions {
    private(set) var words: String?
    private(set) var names: String?

    private static let compressions = ["", ".gz", ".zst"]
    private static let matrix = "matrix.mtx"
    private static let barcodes = "barcodes.tsv"

    init(of file: String) {
        guard file != "-" else { return }
        let (folder, _) = Self.split(file)
        let name = Self.uncompressed(file)
        let prefix = name.hasSuffix(Self.matrix) ? String(name.dropLast(Self.matrix.utf8.count)) : nil
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        var lists = prefix.map { prefix in FeatureList.names.map { prefix + $0 } } ?? []
        lists += ["\(name).vocab", "\(stem).vocab"]
        if name.hasPrefix("docword.") { lists.append("vocab." + name.dropFirst("docword.".count)) }
        lists += ["vocab.txt", "features.tsv", "genes.tsv"]
        words = Self.first(of: lists, in: folder)
        names = Self.first(of: [(prefix ?? "") + Self.barcodes], in: folder)
        // A matrix of any name is one of cells only if there is also a list of features.
        if prefix == nil, words.map(FeatureList.isName) != true { names = nil }
    }

    /// Returns the file's name without its folder and without the ending of a compressed file.
    static func uncompressed(_ path: String) -> String {
        let name = split(path).name
        let ending = compressions.first { !$0.isEmpty && name.hasSuffix($0) } ?? ""
        return String(name.dropLast(ending.utf8.count))
    }

    private static func first(of names: [String], in folder: String) -> String? {
        names.lazy.flatMap { name in compressions.map { folder + name + $0 } }.first { access($0, F_OK) == 0 }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[...slash]), String(path[path.utf8.index(after: slash)...]))
    }

    // MARK: Folders

    /// Folders in which Cell Ranger writes the matrix of the cells that it found.
    private static let filtered = [
        "filtered_feature_bc_matrix", "filtered_gene_bc_matrices", "filtered_peak_bc_matrix",
    ]

    /// Returns the matrices in a folder of 10x Genomics, sorted; none if it is not such a folder. A matrix is a file
    /// `PREFIXmatrix.mtx` with a list of features of the same prefix. If the folder has none, its subfolder (or that of
    /// `outs`) with the cells that Cell Ranger found is used.
    static func matrices(in path: String) -> [String] {
        guard InputFiles.isFolder(path) else { return [] }
        let folder = path.hasSuffix("/") ? path : path + "/"
        let here = matrices(directlyIn: folder)
        if !here.isEmpty { return here }
        for inner in filtered.flatMap({ ["\(folder)\($0)/", "\(folder)outs/\($0)/"] }) {
            guard InputFiles.isFolder(inner) else { continue }
            let found = matrices(directlyIn: inner)
            if !found.isEmpty { return found }
            // Version 2 of Cell Ranger has a folder for each genome.
            let genomes = ((try? InputFiles.all(in: inner)) ?? []).filter { uncompressed($0) == matrix }
            if !genomes.isEmpty { return genomes.map { inner + $0 }.filter(isOfCells) }
        }
        return []
    }

    private static func matrices(directlyIn folder: String) -> [String] {
        ((try? InputFiles.names(in: folder)) ?? []).map { folder + $0 }
            .filter { uncompressed($0).hasSuffix(matrix) && isOfCells($0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isOfCells(_ file: String) -> Bool { Companions(of: file).words.map(FeatureList.isName) == true }
}

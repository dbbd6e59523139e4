import Corpus
import Foundation
import TestSupport
import Testing

/// Tests the files that belong to a matrix: lists of features and of cells, and the folders in which they are.
@Suite("Companions of a matrix")
struct CompanionsTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Four features of three cells; the first and the third have the same symbol.
    private static let matrix = """
        %%MatrixMarket matrix coordinate integer general
        %metadata_json: {"software_version": "cellranger-7.1.0", "format_version": 2}
        4 3 6
        1 1 2
        2 1 1
        3 2 4
        4 2 1
        1 3 3
        4 3 2

        """
    private static let features = """
        ENSG1\tGENEA\tGene Expression
        ENSG2\tGENEB\tGene Expression
        ENSG3\tGENEA\tGene Expression
        ENSG4\tHTO-1\tAntibody Capture

        """
    private static let barcodes = "AAAC-1\nAAAG-1\nAAAT-1\n"
    private static let documents: [Int: [String: Int]] = [
        0: ["GENEA": 2, "GENEB": 1], 1: ["GENEA-1": 4, "HTO-1": 1], 2: ["GENEA": 3, "HTO-1": 2],
    ]

    /// Writes the files of a sample, compressed or not, to a subfolder.
    private func write(
        _ prefix: String, in place: String = "", features: String? = Self.features, list: String = "features.tsv",
        matrix: String = Self.matrix, barcodes: String? = Self.barcodes, gzip: Bool = false
    ) throws {
        try FileManager.default.createDirectory(atPath: folder(place), withIntermediateDirectories: true)
        for (name, text) in [("matrix.mtx", matrix), (list, features), ("barcodes.tsv", barcodes)] {
            guard let text else { continue }
            if gzip {
                try folder.gzip([Array(text.utf8)], to: "\(place)/\(prefix)\(name).gz")
            } else {
                try folder.write(text, to: "\(place)/\(prefix)\(name)")
            }
        }
    }

    private func read(
        _ paths: String..., change: (inout ReadingOptions) -> Void = { _ in }
    ) throws -> ShardCorpus {
        var options = ReadingOptions(keepNames: true)
        change(&options)
        return try CorpusReader.read(
            paths.map { folder($0) }, plan: SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: 3, options: options)
    }

    private func refusal(_ paths: String..., change: (inout ReadingOptions) -> Void = { _ in }) throws -> CorpusError? {
        var options = ReadingOptions(keepNames: true)
        change(&options)
        do throws(CorpusError) {
            _ = try CorpusReader.read(
                paths.map { folder($0) }, plan: SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: 3,
                options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A matrix with the prefix of a sample finds its features and cells", arguments: [true, false], ["GSM9_S1_", ""])
    func prefix(gzip: Bool, prefix: String) throws {
        try write(prefix, gzip: gzip)
        let ending = gzip ? ".gz" : ""
        let corpus = try read("\(prefix)matrix.mtx\(ending)")
        #expect(corpus.documents == Self.documents)
        #expect(corpus.names() == ["AAAC-1", "AAAG-1", "AAAT-1"])
        let list = folder("\(prefix)features.tsv\(ending)")
        #expect(
            corpus.summary.findings == [
                Finding("word_list", list), Finding("names", folder("\(prefix)barcodes.tsv\(ending)")),
                Finding("rows", "words"),
            ])
        #expect(
            corpus.summary.inputWarnings == [
                .renamedFeatures(file: list, count: 1),
                .featureTypes(file: list, types: "Gene Expression: 3, Antibody Capture: 1"),
            ])
        #expect(corpus.summary.reading.contains("--mm-rows=words"))
    }

    @Test(
        "A folder of 10x Genomics is read as its matrix",
        arguments: [
            ("run", "run", "features.tsv", true), ("run", "run", "genes.tsv", false),
            ("run/filtered_feature_bc_matrix", "run", "features.tsv", true),
            ("run/outs/filtered_feature_bc_matrix", "run", "features.tsv", true),
            ("run/filtered_gene_bc_matrices/hg19", "run", "genes.tsv", false),
            ("run/filtered_gene_bc_matrices/hg19", "run/filtered_gene_bc_matrices", "genes.tsv", false),
        ])
    func folders(place: String, named: String, list: String, gzip: Bool) throws {
        let features = list == "genes.tsv" ? Self.features.replacing(#/\t[A-Z][a-z]+ [A-Z][a-z]+\n/#, with: "\n") : nil
        try write("", in: place, features: features ?? Self.features, list: list, gzip: gzip)
        for named in place == named ? [named, named + "/"] : [named] {
            guard named != "run/filtered_gene_bc_matrices" else { continue }
            let corpus = try read(named)
            #expect(corpus.documents == Self.documents)
            #expect(corpus.names() == ["AAAC-1", "AAAG-1", "AAAT-1"])
            let matrix = folder("\(place)/matrix.mtx" + (gzip ? ".gz" : ""))
            #expect(corpus.summary.findings[0].name == "matrix")
            #expect(corpus.summary.findings[0].value.replacing("//", with: "/") == matrix)
        }
        #expect(try read(named) { $0.format = .folder }.summary.format == .folder)
    }

    @Test("Several samples are read together if their features are the same, and refused otherwise")
    func samples() throws {
        for sample in ["A_", "B_"] {
            try write(sample, in: "geo", barcodes: Self.barcodes.replacing("AAA", with: sample))
        }
        let both = try read("geo")
        #expect(both.documents.count == 6 && both.documents[0] == both.documents[3])
        #expect(both.names() == ["A_C-1", "A_G-1", "A_T-1", "B_C-1", "B_G-1", "B_T-1"])
        #expect(try read("geo/B_matrix.mtx", "geo/A_matrix.mtx").names()[0] == "B_C-1")
        try write("B_", in: "geo", features: Self.features.replacing("GENEB", with: "OTHER"))
        let error = CorpusError.otherWordList(
            file: folder("geo/B_features.tsv"), first: folder("geo/A_features.tsv"))
        #expect(try refusal("geo/A_matrix.mtx", "geo/B_matrix.mtx") == error)
        #expect(
            try refusal("geo/A_matrix.mtx", "geo/B_matrix.mtx") { $0.wordList = folder("geo/A_features.tsv") } == nil)
    }

    @Test("Numbered words of several files have one list in every format")
    func otherLists() throws {
        try folder.write("1 0:1\n", to: "a.ldac")
        try folder.write("1 0:1\n", to: "b.ldac")
        try folder.write("ape\n", to: "b.vocab")
        #expect(
            try refusal("a.ldac", "b.ldac") == .otherWordList(file: folder("b.vocab"), first: nil))
        try folder.write("bee\n", to: "a.vocab")
        #expect(
            try refusal("a.ldac", "b.ldac") == .otherWordList(file: folder("b.vocab"), first: folder("a.vocab")))
        try folder.write("ape\n", to: "a.vocab")
        #expect(try read("a.ldac", "b.ldac").documents == [0: ["ape": 1], 1: ["ape": 1]])
    }

    @Test("Entries sorted by feature give the same cells with the same names")
    func unsorted() throws {
        let lines = Self.matrix.split(separator: "\n")
        try write("", matrix: (lines[..<3] + lines[3...].sorted()).map { $0 + "\n" }.joined())
        let corpus = try read("matrix.mtx")
        #expect(corpus.documents == Self.documents && corpus.names() == ["AAAC-1", "AAAG-1", "AAAT-1"])
        #expect(corpus.summary.findings.suffix(2) == [Finding("rows", "words"), Finding("entries", "unsorted")])
        for shard in 0..<2 {
            let part = try CorpusReader.read(
                [folder("matrix.mtx")], plan: SlicePlan(shards: 2, cores: 1, thisShard: shard), blocks: 3,
                options: ReadingOptions(keepNames: true))
            #expect(part.names() == (shard == 0 ? ["AAAC-1", "AAAT-1"] : ["AAAG-1"]))
            #expect(part.documents == Self.documents.filter { $0.key % 2 == shard })
        }
        var streamed: [String] = []
        _ = try DocumentStream.read([folder("matrix.mtx")]) { document, _ in
            streamed.append(String(decoding: document.name, as: UTF8.self))
        }
        #expect(streamed == corpus.names())
    }

    @Test("Rows are documents if only the columns agree with the features")
    func transposed() throws {
        let entries = Self.matrix.split(separator: "\n").dropFirst(3).map { $0.split(separator: " ") }
        let text =
            "%%MatrixMarket matrix coordinate integer general\n3 4 6\n"
            + entries.map { "\($0[1]) \($0[0]) \($0[2])\n" }.joined()
        try write("", matrix: text)
        let corpus = try read("matrix.mtx")
        #expect(corpus.documents == Self.documents && corpus.names()[0] == "AAAC-1")
        #expect(corpus.summary.findings.last == Finding("rows", "documents"))
        #expect(corpus.summary.reading.contains("--mm-rows=documents"))
        guard
            case .badLine(_, _, _, _, .wrongWordCount(said: 3, list: 4, hint: .documents)) = try refusal(
                "matrix.mtx", change: { $0.matrixRows = .words })
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test("A list with another number of cells or features is refused")
    func counts() throws {
        try write("", barcodes: "AAAC-1\nAAAG-1\n")
        guard case .badLine(_, line: 3, _, _, .wrongNameCount(said: 3, list: 2)) = try refusal("matrix.mtx") else {
            Issue.record("not refused")
            return
        }
        try write("", features: "E\tG\n")
        guard case .badLine(_, line: 3, _, _, .wrongWordCount(said: 4, list: 1, _)) = try refusal("matrix.mtx") else {
            Issue.record("not refused")
            return
        }
    }

    @Test("A matrix without words and direction gives a warning")
    func unknown() throws {
        try write("X_", features: nil, barcodes: nil)
        let file = folder("X_matrix.mtx")
        #expect(try read("X_matrix.mtx").summary.inputWarnings == [.unknownMatrix(file: file)])
        #expect(try read("X_matrix.mtx") { $0.matrixRows = .words }.summary.warnings.isEmpty)
        let list = try folder.write("a\nb\nc\n", to: "words")
        #expect(try read("X_matrix.mtx") { $0.wordList = list }.summary.warnings.isEmpty)
    }

    @Test("Peaks are words, named by their regions")
    func peaks() throws {
        let peaks = "# from cellranger-atac\nchr1\t9000\t9500\nchr1\t10\t20\nchr2\t10\t20\nchrX\t1\t2\n"
        try write("", in: "atac/filtered_peak_bc_matrix", features: peaks, list: "peaks.bed")
        let corpus = try read("atac")
        #expect(corpus.documents[0] == ["chr1:9000-9500": 2, "chr1:10-20": 1])
        #expect(corpus.documents[1] == ["chr2:10-20": 4, "chrX:1-2": 1])
    }

    @Test("Features can be chosen by their types and named by their ids")
    func choices() throws {
        try write("", gzip: true)
        let ids = try read("matrix.mtx.gz") { $0.featureNames = .id }
        #expect(ids.documents[1] == ["ENSG3": 4, "ENSG4": 1])
        let genes = try read("matrix.mtx.gz") { $0.featureTypes = ["Gene Expression"] }
        #expect(genes.documents == [0: ["GENEA": 2, "GENEB": 1], 1: ["GENEA-1": 4], 2: ["GENEA": 3]])
        #expect(genes.summary.inputWarnings.map { if case .featureTypes = $0 { true } else { false } } == [false])
        #expect(genes.summary.reading.contains("--feature-types=Gene Expression"))
        #expect(
            try refusal("matrix.mtx.gz") { $0.featureTypes = ["Peaks"] }
                == .noFeatureType(
                    file: folder("features.tsv.gz"), types: ["Gene Expression", "Antibody Capture"]))
        try folder.write("2\n2\n1\n1 1 1\n", to: "docword.x.txt")
        guard
            case .wrongFlag("--feature-names", _, .uci) = try refusal(
                "docword.x.txt", change: { $0.featureNames = .id })
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test(
        "Equal names of features become unique, as anndata makes them",
        arguments: [
            (["A", "A", "A"], ["A", "A-1", "A-2"]), (["A", "A", "A-1", "A"], ["A", "A-2", "A-1", "A-3"]),
            (["A-1", "A", "A", "A-1"], ["A-1", "A", "A-2", "A-1-1"]), (["A", "B"], ["A", "B"]),
        ])
    func unique(names: [String], expected: [String]) throws {
        let list = names.enumerated().map { "E\($0)\t\($1)\n" }.joined()
        let matrix =
            "%%MatrixMarket matrix coordinate integer general\n\(names.count) 1 \(names.count)\n"
            + names.indices.map { "\($0 + 1) 1 \($0 + 1)\n" }.joined()
        try write("", features: list, matrix: matrix, barcodes: nil)
        let counts = Dictionary(uniqueKeysWithValues: expected.enumerated().map { ($1, $0 + 1) })
        #expect(try read("matrix.mtx").documents == [0: counts])
    }
}

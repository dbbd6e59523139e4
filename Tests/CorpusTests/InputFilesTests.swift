import Corpus
import TestSupport
import Testing

struct InputFilesTests {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("the files of a pattern are sorted, and paths keep their order")
    func patterns() throws {
        for name in ["b.txt", "a.txt", "c.gz"] { try folder.write("", to: name) }
        let files = try InputFiles.expand([folder("c.gz"), folder("*.txt"), "-", folder("[c-d].gz")])
        #expect(files == [folder("c.gz"), folder("a.txt"), folder("b.txt"), "-", folder("c.gz")])
    }

    @Test("an existing file whose name looks like a pattern is used as a file")
    func literal() throws {
        for name in ["a[1].txt", "a1.txt", "*"] { try folder.write("", to: name) }
        #expect(try InputFiles.expand([folder("a[1].txt")]) == [folder("a[1].txt")])
        #expect(try InputFiles.expand([folder("*")]) == [folder("*")])
    }

    @Test("a comma separates paths even if a combining character follows")
    func commas() throws {
        #expect(try InputFiles.expand(["a,\u{319}b", ",\u{319}"]) == ["a", "\u{319}b", "\u{319}"])
    }

    @Test("a list of paths may be longer than a name or a path can be", arguments: [10, 300])
    func longList(count: Int) throws {
        let paths = try (0..<count).map {
            try folder.write("", to: "\($0)-" + String(repeating: "long-name", count: 6))
        }
        #expect(try InputFiles.expand([paths.joined(separator: ",")]) == paths)
        // The error for a single name that is too long is that of opening it.
        let long = folder(String(repeating: "x", count: 300))
        #expect(try InputFiles.expand([long]) == [long])
    }

    @Test("a missing path that is not a pattern is returned unchanged")
    func missing() throws {
        #expect(try InputFiles.expand([folder("none")]) == [folder("none")])
        #expect(throws: CorpusError.noFileMatches(pattern: folder("?"))) { try InputFiles.expand([folder("?")]) }
        #expect(throws: CorpusError.self) { try InputFiles.expand([]) }
    }

    @Test(
        "the base name is that of the first file",
        arguments: [
            (["/x/data.gz"], "data.gz"), (["data"], "data"), (["-"], "stdin"), (["a/b.txt", "c"], "b.txt"),
            (["x/"], "x"),
        ])
    func baseName(_ files: [String], _ name: String) {
        #expect(InputFiles.baseName(of: files) == name)
    }
}

import Corpus
import TestSupport
import Testing

/// Tests that files which are not documents are refused, whatever their name and compression.
struct ForeignFormatTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private func refusal(_ paths: [String], _ format: InputFormat? = nil) -> CorpusError? {
        do throws(CorpusError) {
            let plan = SlicePlan(shards: 1, cores: 1, thisShard: 0)
            _ = try CorpusReader.read(paths, plan: plan, blocks: 1, options: ReadingOptions(format: format))
            return nil
        } catch {
            return error
        }
    }

    static let zip = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 22)

    static let starts: [(start: [UInt8], format: ForeignFormat)] = [
        (Array("BZh91AY&SY".utf8) + [0x39, 0xC5], .bzip2), (Array("BZh9".utf8) + [0x17, 0x72, 0x45, 0x38], .bzip2),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], .xz), ([0x5D, 0, 0, 0x80, 0, 0xFF, 0xFF], .lzma),
        ([0x04, 0x22, 0x4D, 0x18, 0x64], .lz4), (Array("LZIP\u{1}".utf8), .lzip), ([0x1F, 0x9D, 0x90], .compress),
        ([0xFF, 0x06, 0, 0, 0x73, 0x4E, 0x61, 0x50, 0x70, 0x59], .snappy),
        (zip + [5, 0, 0, 0] + Array("a.txt".utf8), .zip), (Array("PK\u{5}\u{6}".utf8), .zip),
        (zip + [19, 0, 0, 0] + Array("[Content_Types].xml".utf8), .officeXML),
        (zip + [8, 0, 0, 0] + Array("mimetypeapplication/epub+zip".utf8), .openDocument),
        (zip + [5, 0, 0, 0] + Array("x.npy".utf8), .numpy),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip), (Array("Rar!\u{1A}\u{7}\u{1}\0".utf8), .rar),
        (Array("a.txt".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar".utf8), .tar),
        ([0x50, 0x41, 0x52, 0x31, 0x15, 0x04, 0x15, 0x10], .parquet), (Array("ARROW1\0\0".utf8), .arrow),
        ([0xFF, 0xFF, 0xFF, 0xFF, 0x10], .arrow), (Array("FEA1\0\0\0\0".utf8), .arrow), (Array("Obj\u{1}".utf8), .avro),
        (Array("ORC\u{A}\u{3}".utf8), .orc), ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), .hdf5),
        (Array("CDF\u{1}\0".utf8), .netCDF), ([0x93] + Array("NUMPY\u{1}\0".utf8), .numpy),
        (Array("X\n\0\0\0\u{3}".utf8), .rData), (Array("RDX3\nX\n\0".utf8), .rData),
        ([0x80, 0x04, 0x95, 0x10], .pickle), ([0x80, 0x02, 0x7D], .pickle), ([0xAC, 0xED, 0x00, 0x05, 0x73], .java),
        (Array("SQLite format 3\0".utf8), .sqlite), (Array("MATLAB 5.0 MAT-file, Platform\0".utf8), .matlab),
        (Array("<stata_dta><header>".utf8), .stata), (Array("$FL2@(#) SPSS\u{2}\0".utf8), .spss),
        (Array("%PDF-1.4\n".utf8) + [0x25, 0xE2, 0xE3, 0xCF, 0xD3, 0x0A, 0x01], .pdf),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], .oldOffice),
        ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), .image), ([0xFF, 0xD8, 0xFF, 0xE0], .image),
        (Array("GIF89a\u{1}\0".utf8), .image), (Array("RIFF\0\0\0\0WEBP".utf8), .image),
        (Array("OggS\0".utf8), .audio), (Array("ID3\u{3}\0".utf8), .audio), (Array("RIFF\0\0\0\0WAVE".utf8), .audio),
        ([0, 0, 0, 0x18] + Array("ftypmp42".utf8), .video), ([0x7F] + Array("ELF\u{2}\u{1}".utf8), .program),
        ([0, 0, 0, 1] + Array("Bud1\0".utf8), .finderFolder),
    ]

    @Test("a signature is recognised, plain and in gzip, and no format reads such a file", arguments: starts)
    func signatures(_ start: [UInt8], _ format: ForeignFormat) throws {
        let path = try sample.folder.write(start, to: "data")
        let error = CorpusError.foreign(file: path, format: format, evidence: .bytes)
        #expect(refusal([path]) == error)
        #expect(refusal([path], .text) == error)
        let gzip = try sample.folder.gzip([start + [UInt8](repeating: 0, count: 100_000)], to: "data.gz")
        #expect(refusal([gzip]) == .foreign(file: gzip, format: format, evidence: .bytes))
        let text = try sample.folder.write("a text\n", to: "text")
        #expect(refusal([text, path]) == error, "every file is checked")
    }

    @Test("a file that was compressed twice is recognised")
    func twice() throws {
        try sample.folder.gzip([Array("a b\n".utf8)], to: "once")
        let once = try sample.folder.contents(of: "once")
        let twice = try sample.folder.gzip([once], to: "twice")
        #expect(refusal([twice]) == .foreign(file: twice, format: .gzipTwice, evidence: .bytes))
        let zstd = try sample.folder.zstd([once], to: "zstd")
        #expect(refusal([zstd]) == .foreign(file: zstd, format: .gzipTwice, evidence: .bytes))
    }

    @Test(
        "a text that begins like a signature is a text",
        arguments: [
            "PAR1 is a gene", "BZh is short", "GIF89a is a format", "ORC files\n", "ID3 tags\n", "MZ\n", "BM\n",
            "Rar!\n",
            "PK\n", "7z\n", "[1] a note\n", "[a] b\n", "{ a }\n", "<b> bold\n", "X\n0\n", "ELF\n", "% comment\n",
            "{}\n",
        ])
    func texts(_ text: String) throws {
        #expect(refusal([try sample.folder.write(text, to: "data")], .text) == nil)
        if text != "{}\n" { #expect(refusal([try sample.folder.write(text, to: "data")]) == nil) }
    }

    @Test(
        "markup and JSON that is not JSON Lines are refused, unless the format is given",
        arguments: [
            ("<!DOCTYPE html><p>not found", .html), ("\n <HTML>\n", .html), ("<?xml version=\"1.0\"?>\n<a/>", .xml),
            ("{\\rtf1\\ansi a}", .rtf), ("%!PS-Adobe-3.0\n", .postScript), ("%PDF-1.7\n", .pdf),
            ("[{\"text\": \"a\"},\n {\"text\": \"b\"}]\n", .jsonArray), ("[\n  {\n    \"text\": \"a\"}]", .jsonArray),
            ("[[\"a\", \"b\"]]", .jsonArray), ("{\n  \"text\": \"a\"\n}\n", .jsonObject), ("\u{FEFF}<html>", .html),
            ("<body>\n", .html),
            ("<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n", .xml), ("<svg width=\"1\">", .xml),
            ("(lp0\nS'a'\np1\na.", .pickle), ("ccopy_reg\n_reconstructor\n", .pickle),
        ] as [(String, ForeignFormat)])
    func markup(_ text: String, _ format: ForeignFormat) throws {
        let path = try sample.folder.write(text, to: "data")
        #expect(refusal([path]) == .foreign(file: path, format: format, evidence: .text))
        #expect(refusal([path], .text) == nil)
    }

    @Test(
        "a name that says another kind of file is refused, unless the format is given",
        arguments: [
            ("a.bz2", .bzip2), ("a.txt.XZ", .xz), ("a.zip", .zip), ("a.tar.gz", .tar), ("a.tgz", .tar),
            ("a.parquet", .parquet), ("a.h5ad", .hdf5), ("a.npz", .numpy), ("a.RData", .rData), ("a.pkl", .pickle),
            ("a.sqlite", .sqlite), ("a.pdf", .pdf), ("a.docx", .officeXML), ("a.doc", .oldOffice), ("a.rtf", .rtf),
            ("a.html", .html), ("a.htm.zst", .html), ("a.xml", .xml), ("a.jpeg", .image),
        ] as [(String, ForeignFormat)])
    func names(_ name: String, _ format: ForeignFormat) throws {
        let path = try sample.folder.write("a text\n", to: name)
        #expect(refusal([path]) == .foreign(file: path, format: format, evidence: .name))
        #expect(refusal([path], .text) == nil)
    }

    @Test("archives with the same signature are distinguished by name")
    func archives() throws {
        let path = try sample.folder.write(Self.zip + [3, 0, 0, 0] + Array("doc".utf8), to: "a.docx")
        #expect(refusal([path], .text) == .foreign(file: path, format: .officeXML, evidence: .bytes))
    }

    @Test("a file that does not exist is reported as such, whatever its name says")
    func missing() {
        #expect(refusal([sample.folder("a.pdf")]) == .cannotOpen(file: sample.folder("a.pdf"), errno: 2))
    }

    @Test("a word list that cannot be text is refused")
    func wordList() throws {
        let list = try sample.folder.write([0x50, 0x4B, 3, 4, 0], to: "words")
        #expect(throws: CorpusError.foreign(file: list, format: .zip, evidence: .bytes)) {
            try WordTable(readingFrom: list)
        }
    }

    @Test("every kind has advice, and the error is one sentence", arguments: ForeignFormat.allCases)
    func advice(_ format: ForeignFormat) {
        for evidence in [ForeignEvidence.bytes, .text, .name] {
            let sentence = CorpusError.foreign(file: "f", format: format, evidence: evidence).description
            #expect(sentence.hasPrefix("f is \(format.rawValue), according to its "))
            #expect(!sentence.contains("\n"))
            #expect(sentence.contains("--input-format") == (evidence != .bytes))
        }
    }
}

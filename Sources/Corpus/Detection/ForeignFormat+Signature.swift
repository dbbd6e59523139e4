import JSON

/// Signatures: the first bytes by which files that are not documents are recognised, as their specifications give them.
extension ForeignFormat {
    /// Returns the format whose signature `start`, the first bytes of a file, has; nil if it has none. Only signatures
    /// that a text cannot begin with count: those that consist of printable characters count only if a control
    /// character follows them. `start` should have 512 bytes, unless the file is shorter.
    package static func binary(_ start: Span<UInt8>) -> ForeignFormat? {
        if begins(start, "PK\u{3}\u{4}") { return archive(start) }
        for (signature, format) in signatures where begins(start, signature) { return format }
        for (signature, format) in printableSignatures where begins(start, signature) && hasControl(start) {
            return format
        }
        if begins(start, "RIFF"), has(start, "WAVE", at: 8) { return .audio }
        if begins(start, "RIFF"), has(start, "AVI ", at: 8) { return .video }
        if begins(start, "RIFF"), has(start, "WEBP", at: 8) { return .image }
        if has(start, "ftyp", at: 4), hasControl(start) { return .video }
        return has(start, "ustar", at: 257) && hasControl(start) ? .tar : nil
    }

    /// Returns the format in which the text `start` seems to be written, if documents cannot be read from it: a page or
    /// a document with markup, or JSON that is not one object per line. nil for any other text.
    static func markup(_ start: Span<UInt8>) -> ForeignFormat? {
        var first = 0
        while first < start.count, TextFormat.isSpace(start[first]) { first += 1 }
        let text = start.extracting(first...)
        if begins(text, "%PDF-") { return .pdf }
        if begins(text, "%!PS") { return .postScript }
        if begins(text, "{\\rtf") { return .rtf }
        for start in ["<!doctype html", "<html", "<head", "<body"] where begins(text, start, ignoringCase: true) {
            return .html
        }
        for start in ["<?xml ", "<svg ", "<rss ", "<tei "] where begins(text, start, ignoringCase: true) { return .xml }
        // Protocol 0 of pickle is text.
        for start in ["(lp0\n", "(dp0\n", "(lp1\n", "(dp1\n", "ccopy_reg\n"] where begins(text, start) {
            return .pickle
        }
        return json(text)
    }

    /// A text that begins with `[{"`, `[["`, or a `{` alone on its line, is JSON, but not JSON Lines.
    private static func json(_ text: Span<UInt8>) -> ForeignFormat? {
        var scanner = JSONScanner()
        if scanner.take(UInt8(ascii: "["), text) {
            guard scanner.take(UInt8(ascii: "{"), text) || scanner.take(UInt8(ascii: "["), text) else { return nil }
            return scanner.peek(text) == UInt8(ascii: "\"") ? .jsonArray : nil
        }
        guard scanner.take(UInt8(ascii: "{"), text), scanner.peek(text) == UInt8(ascii: "\"") else { return nil }
        for position in 1..<scanner.position where text[position] == UInt8(ascii: "\n") { return .jsonObject }
        return nil
    }

    private static let signatures: [([UInt8], ForeignFormat)] = [
        (Array("BZh91AY&SY".utf8), .bzip2), ([0xFD] + Array("7zXZ\0".utf8), .xz), ([0x5D, 0, 0, 0x80, 0], .lzma),
        ([0x04, 0x22, 0x4D, 0x18], .lz4), ([0x02, 0x21, 0x4C, 0x18], .lz4), (Array("LZIP\u{1}".utf8), .lzip),
        ([0x1F, 0x9D], .compress), ([0xFF, 0x06, 0, 0] + Array("sNaPpY".utf8), .snappy),
        ([0x1F, 0x8B], .gzipTwice), ([0x28, 0xB5, 0x2F, 0xFD], .gzipTwice),
        (Array("PK\u{5}\u{6}".utf8), .zip), (Array("PK\u{7}\u{8}".utf8), .zip),
        (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], .sevenZip), (Array("Rar!\u{1A}\u{7}".utf8), .rar),
        (Array("ARROW1\0".utf8), .arrow), ([0xFF, 0xFF, 0xFF, 0xFF], .arrow), (Array("Obj\u{1}".utf8), .avro),
        ([0x89] + Array("HDF\r\n\u{1A}\n".utf8), .hdf5), (Array("CDF\u{1}".utf8), .netCDF),
        (Array("CDF\u{2}".utf8), .netCDF), ([0x93] + Array("NUMPY".utf8), .numpy),
        (Array("X\n\0\0\0".utf8), .rData), (Array("RDX2\nX\n".utf8), .rData), (Array("RDX3\nX\n".utf8), .rData),
        (Array("RDA2\nA\n".utf8), .rData), (Array("RDA3\nA\n".utf8), .rData),
        ([0x80, 2], .pickle), ([0x80, 3], .pickle), ([0x80, 4], .pickle), ([0x80, 5], .pickle),
        ([0xAC, 0xED, 0, 5], .java), (Array("SQLite format 3\0".utf8), .sqlite),
        (Array("<stata_dta>".utf8), .stata), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .oldOffice),
        ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), .image), ([0xFF, 0xD8, 0xFF], .image),
        (Array("II*\0".utf8), .image), (Array("MM\0*".utf8), .image), (Array("OggS\0".utf8), .audio),
        ([0x1A, 0x45, 0xDF, 0xA3], .video), ([0x7F] + Array("ELF".utf8), .program),
        ([0xCF, 0xFA, 0xED, 0xFE], .program), ([0xCA, 0xFE, 0xBA, 0xBE], .program),
        ([0, 0, 0, 1] + Array("Bud1".utf8), .finderFolder),
    ]

    /// Signatures that a text may begin with, too.
    private static let printableSignatures: [(String, ForeignFormat)] = [
        ("BZh", .bzip2), ("PAR1", .parquet), ("FEA1", .arrow), ("ORC", .orc), ("MATLAB 5.0 MAT-file", .matlab),
        ("$FL2@(#)", .spss), ("%PDF-", .pdf), ("{\\rtf", .rtf), ("GIF87a", .image), ("GIF89a", .image),
        ("ID3", .audio), ("fLaC", .audio), ("MZ", .program), ("BM", .image),
    ]

    /// The kind of a zip archive, by the name of its first file.
    private static func archive(_ start: Span<UInt8>) -> ForeignFormat {
        if has(start, "[Content_Types].xml", at: 30) || has(start, "_rels/", at: 30) { return .officeXML }
        if has(start, "mimetypeapplication/", at: 30) { return .openDocument }
        guard start.count > 30 else { return .zip }
        let end = min(start.count, 30 + Int(start[26]) + Int(start[27]) << 8)
        return end >= 34 && has(start, ".npy", at: end - 4) ? .numpy : .zip
    }

    private static func hasControl(_ start: Span<UInt8>) -> Bool {
        for position in 0..<start.count {
            let byte = start[position]
            if byte < 0x20, !TextFormat.isSpace(byte), byte != 0x1B { return true }
        }
        return false
    }

    private static func begins(_ start: Span<UInt8>, _ signature: [UInt8]) -> Bool {
        guard start.count >= signature.count else { return false }
        for position in signature.indices where start[position] != signature[position] { return false }
        return true
    }

    private static func begins(_ start: Span<UInt8>, _ text: String, ignoringCase: Bool = false) -> Bool {
        has(start, text, at: 0, ignoringCase: ignoringCase)
    }

    /// Whether `text`, which is in lower case if case is ignored, is at `offset`.
    private static func has(_ start: Span<UInt8>, _ text: String, at offset: Int, ignoringCase: Bool = false) -> Bool {
        guard start.count >= offset + text.utf8.count else { return false }
        for (position, byte) in text.utf8.enumerated() {
            let found = start[offset + position]
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(found)
            guard (ignoringCase && isUpper ? found | 0x20 : found) == byte else { return false }
        }
        return true
    }
}

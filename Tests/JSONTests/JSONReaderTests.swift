import JSON
import TestSupport
import Testing

@Suite("Reading JSON files")
struct JSONReaderTests {
    /// The size of the window in which the reader reads.
    private static let window = 64 << 10

    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Returns a reader of a file that contains `text`.
    private func reader(_ text: String) throws -> JSONReader {
        try JSONReader(path: folder.write(text, to: "file.json"))
    }

    private func failure(_ text: String, _ read: (inout JSONReader) throws(JSONFileError) -> Void) throws
        -> JSONFileError?
    {
        var reader = try reader(text)
        do { try read(&reader) } catch { return error }
        return nil
    }

    @Test("A value is read correctly wherever the window ends", arguments: 0..<40)
    func windowEnds(shift: Int) throws {
        // The end of the window falls between any two bytes of the members after the padding.
        let padding = String(repeating: "x", count: Self.window - 20 - shift)
        var reader = try reader(
            #"{"pad": "\#(padding)" , "k\u00e9\ud83d\ude00": -12.5e1, "n" : 1234567, "s": [true, null]}"#)
        var found: [String: Double] = [:]
        var lengths: [Int] = []
        try reader.object { key, reader throws(JSONFileError) in
            switch try reader.peek() {
            case UInt8(ascii: "\""): lengths.append(try reader.string().count)
            case UInt8(ascii: "["): try reader.skip()
            default: found[String(decoding: key, as: UTF8.self)] = try reader.number()
            }
        }
        try reader.finish()
        #expect(lengths == [padding.count])
        #expect(found == ["ké😀": -125, "n": 1_234_567])
    }

    @Test("A string may be longer than the window", arguments: [1, 2, 5])
    func longString(windows: Int) throws {
        let text = String(repeating: "long ", count: windows * Self.window / 5 + 1)
        var reader = try reader("{\"\(text)\": 1}")
        try reader.object { key, reader throws(JSONFileError) in
            #expect(key == Array(text.utf8))
            #expect(try reader.whole() == 1)
        }
        try reader.finish()
    }

    @Test(
        "A fault is reported with its byte, also behind the first window", arguments: [0, Self.window, 3 * Self.window])
    func faults(offset: Int) throws {
        let blanks = String(repeating: " ", count: offset)
        #expect(
            try failure(blanks + "{\"a\" 1}") { (reader) throws(JSONFileError) in try reader.skip() }
                == .malformed(byte: offset + 5, fault: "expected :"))
        #expect(
            try failure(blanks + "\"a\u{1}\"") { (reader) throws(JSONFileError) in _ = try reader.string() }
                == .malformed(
                    byte: offset + 2, fault: "expected an escape sequence instead of a control character"))
        #expect(
            try failure(blanks + "\"a") { (reader) throws(JSONFileError) in _ = try reader.string() }
                == .malformed(byte: offset, fault: "the quote is not closed"))
        #expect(
            try failure(blanks + "1 2") { (reader) throws(JSONFileError) in
                _ = try reader.whole()
                try reader.finish()
            } == .malformed(byte: offset + 2, fault: "something after the end"))
        #expect(
            try failure(blanks + "7") { (reader) throws(JSONFileError) in _ = try reader.whole(6) }
                == .malformed(byte: offset + 1, fault: "not a whole number from 0 to 6"))
    }
}

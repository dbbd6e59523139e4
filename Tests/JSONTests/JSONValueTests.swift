import Foundation
import JSON
import Testing

@Suite("Writing JSON")
struct JSONValueTests {
    private func json(_ bytes: [UInt8]) -> String { String(decoding: JSONValue.bytes(bytes).line(), as: UTF8.self) }

    @Test(
        "Text is escaped only where it must be",
        arguments: [
            (Array("plain".utf8), #""plain""#),
            (Array("a\"b\\c/".utf8), #""a\"b\\c/""#),
            (Array("\n\r\t\u{0}\u{1B}\u{7F}".utf8), #""\n\r\t\u0000\u001b\u007f""#),
            (Array("é😀".utf8), "\"é😀\""),
            ([0x61, 0xFF, 0x62], #""a\udcffb""#),
            // An overlong form, a surrogate, a value above U+10FFFF, a truncated sequence.
            ([0xC0, 0x80], #""\udcc0\udc80""#),
            ([0xED, 0xA0, 0x80], #""\udced\udca0\udc80""#),
            ([0xF4, 0x90, 0x80, 0x80], #""\udcf4\udc90\udc80\udc80""#),
            ([0xE2, 0x82], #""\udce2\udc82""#),
            ([0xE2, 0x82, 0xAC, 0x80], "\"€\\udc80\""),
        ] as [([UInt8], String)])
    func escapes(bytes: [UInt8], text: String) {
        #expect(json(bytes) == text)
    }

    @Test("Exactly the bytes that the standard library accepts as UTF-8 are not escaped", arguments: 0..<64)
    func agreesWithTheStandardLibrary(seed: UInt8) {
        // Every lead byte with second bytes at the limits of all ranges.
        for lead in UInt8(0x80)...0xFF {
            for second in [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0] as [UInt8] {
                let bytes = [lead, second, 0x80 | seed, 0xBF].prefix(1 + Int(seed % 4))
                let isValid = String(validating: bytes, as: UTF8.self) != nil
                #expect(json(Array(bytes)).contains("\\udc") == !isValid, "\(Array(bytes))")
            }
        }
    }

    @Test("Objects keep their order, numbers are short and never NaN")
    func values() {
        let value: JSONValue = [
            "b": 1, "a": [:], "d": .array([0.1, 1e-7, .number(.nan), .number(-.infinity), .unsigned(.max), nil]),
            "c": ["yes": true, "text": "x"],
        ]
        #expect(
            String(decoding: value.line(), as: UTF8.self)
                == #"{"b": 1, "a": {}, "d": [0.1, 1e-07, null, null, 18446744073709551615, null], "#
                + #""c": {"yes": true, "text": "x"}}"#)
        #expect(
            String(decoding: value.page(), as: UTF8.self) == """
                {
                  "b": 1,
                  "a": {},
                  "d": [0.1, 1e-07, null, null, 18446744073709551615, null],
                  "c": {
                    "yes": true,
                    "text": "x"
                  }
                }

                """)
    }

    @Test("Text for a terminal has no control characters, and its escapes are unambiguous")
    func printable() {
        func printable(_ bytes: [UInt8]) -> String { UTF8Text.printable(bytes.span) }
        #expect(printable(Array("Zürich".utf8)) == "Zürich")
        #expect(printable(Array("\u{1B}[31m".utf8)) == #"\x1b[31m"#)
        #expect(printable([0x61, 0xFF]) == #"a\xff"#)
        #expect(printable([0xC2, 0x9B, 0x0A]) == #"\xc2\x9b\x0a"#)
        #expect(printable(Array(#"\x1b"#.utf8)) == #"\x5cx1b"#)
    }
}

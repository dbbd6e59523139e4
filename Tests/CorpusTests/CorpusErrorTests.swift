import Corpus
import Testing

struct CorpusErrorTests {
    @Test(
        "an excerpt shows harmless characters and escapes all others",
        arguments: [
            (Array("plain: text".utf8), "plain: text"),
            (Array("caf\u{E9} \u{65E5}\u{672C}".utf8), "caf\u{E9} \u{65E5}\u{672C}"),
            (Array("\u{1B}[2J".utf8), "\\x1b[2J"), ([0, 9, 13, 0x7F], "\\x00\\x09\\x0d\\x7f"),
            ([0x61, 0xFF, 0x62], "a\\xffb"), ([0xC3], "\\xc3"),
            (Array("a\u{202E}b".utf8), "a\\xe2\\x80\\xaeb"), (Array("a\\x41".utf8), "a\\x5cx41"),
            (Array("\u{85}".utf8), "\\xc2\\x85"),
        ] as [([UInt8], String)])
    func excerpt(_ bytes: [UInt8], _ text: String) {
        #expect(Excerpt(bytes).description == text)
    }

    @Test("a long excerpt is truncated")
    func cut() {
        #expect(Excerpt([UInt8](repeating: 0x61, count: 100), limit: 5).description == "aaaaa...")
        #expect(Excerpt([UInt8](repeating: 0x61, count: 5), limit: 5).description == "aaaaa")
    }

    static let errors: [(error: CorpusError, facts: [String])] = [
        (.noFileMatches(pattern: "x*"), ["x*"]),
        (.cannotOpen(file: "f", errno: 13), ["f", "Permission denied"]),
        (.isDirectory(file: "d"), ["d is a directory"]),
        (.cannotRead(file: "f", errno: 5), ["f", "Input/output error"]),
        (.damagedFile(file: "f", line: 7, byte: 99, reason: "why"), ["f:7:", "byte 99", "why"]),
        (
            .badCell(file: "f", line: 7, column: 3, text: Excerpt(Array("a:x".utf8)), fault: .notANumber),
            ["f:7:3:", "a:x", "not a number", "--skip-bad-lines"]
        ),
        (
            .badLine(file: "f", line: 7, column: 3, text: Excerpt(Array("a:x".utf8)), fault: .noField("body")),
            ["f:7:3:", "a:x", "body", "--text-field", "--skip-bad-lines"]
        ),
        (.notUTF8(file: "f", line: 7, column: 3), ["f:7:3:", "--strict-utf8"]),
        (.textTooLong(file: "f", limit: 10), ["f", "10", "--max-line"]),
        (.missingEntries(file: "f", said: 12, found: 11), ["f:", "12", "11"]),
        (.unsorted(file: "f", line: 7), ["f:7:", "name a file"]),
        (.cannotReadAgain(file: "-"), ["standard input", "name a file"]),
        (.changed(file: "f"), ["f", "start again"]),
        (
            .numberedWords(file: "f", line: 7, text: Excerpt(Array("0 ape".utf8))),
            ["f:7:", "0 ape", "one word per line"]
        ),
        (.wrongIDs(file: "f", missing: 7, count: 12), ["f ", "12", "0 to 11", "7 is missing"]),
        (.otherWordList(file: "f", first: "g"), ["f differs from g", "--word-list"]),
        (.otherWordList(file: "f", first: nil), ["f ", "no word list", "--word-list"]),
        (.noFeatureType(file: "f", types: ["Peaks"]), ["f ", "\"Peaks\"", "--feature-types"]),
        (.noFeatureType(file: "f", types: []), ["f ", "omit --feature-types"]),
        (.lineTooLong(file: "f", line: 7, limit: 10), ["f:7:", "10", "--max-line"]),
        (.documentTooLong(file: "f", line: 7, tokens: 12, limit: 11), ["f:7:", "12", "11"]),
        (.noTokens(lines: 4), ["4 lines", "--input-format"]),
        (
            .aboveMemoryLimit(file: "f", line: 7, needed: 20, limit: 10, shards: 3),
            ["f:7:", "20", "10", "3 --shards"]
        ),
        (.tooManyTokens(file: "f", line: 7, limit: 10, shards: 3), ["f:7:", "10", "3 --shards"]),
    ]

    @Test("an error is one line with all facts and with advice", arguments: errors)
    func sentence(_ error: CorpusError, _ facts: [String]) {
        let sentence = error.description
        #expect(!sentence.contains("\n"))
        for fact in facts { #expect(sentence.contains(fact)) }
    }
}

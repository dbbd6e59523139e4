import Corpus
import TestSupport
import Testing

struct TokenizerTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    private func words(
        _ text: String, _ rule: TokenRule, lowercases: Bool = false, _ normalForm: NormalForm = .none
    ) throws -> [String] {
        try words(Array(text.utf8), rule, lowercases: lowercases, normalForm)
    }

    private func words(
        _ text: [UInt8], _ rule: TokenRule, lowercases: Bool = false, _ normalForm: NormalForm = .none
    ) throws -> [String] {
        var options = ReadingOptions(format: .text)
        options.tokenizer = Tokenizer(rule, lowercases: lowercases, normalForm: normalForm)
        var found: [String] = []
        let path = try sample.folder.write(text, to: "text")
        _ = try DocumentStream.read([path], options: options) { document, words in
            found += document.words.map { String(decoding: words.word(Int($0)), as: UTF8.self) }
        }
        return found
    }

    @Test(
        "with --normalize=nfc, letters with separate accents are equal to composed ones",
        arguments: [TokenRule.whitespace, .letters, .unicode])
    func normalForm(rule: TokenRule) throws {
        func scalars(_ text: String, _ lowercases: Bool, _ form: NormalForm) throws -> [[UInt32]] {
            try words(text, rule, lowercases: lowercases, form).map { $0.unicodeScalars.map(\.value) }
        }
        let separate = "cafe\u{301} a\u{323}\u{307}bcd CAFE\u{301}"
        #expect(try scalars(separate, false, .none)[0].count == 5)
        #expect(
            try scalars(separate, true, .nfc)
                == [[0x63, 0x61, 0x66, 0xE9], [0x1EA1, 0x307, 0x62, 0x63, 0x64], [0x63, 0x61, 0x66, 0xE9]])
        #expect(try scalars(separate, false, .nfc)[2] == [0x43, 0x41, 0x46, 0xC9])
        // Bytes that are not UTF-8 stay as they are.
        let bytes = Array("cafe\u{301}".utf8) + [0xFF] + Array("e\u{301}x".utf8)
        if rule == .whitespace {
            let text = String(decoding: Array("caf\u{E9}".utf8) + [0xFF] + Array("\u{E9}x".utf8), as: UTF8.self)
            #expect(try words(bytes, rule, .nfc).map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }

    @Test(
        "the rule letters finds runs of letters with their marks",
        arguments: [
            ("It's 2 well-known_words!", ["It", "s", "well", "known", "words"]),
            ("e\u{301}te\u{301} \u{301}x", ["e\u{301}te\u{301}", "x"]),
            ("\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}", ["\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}"]),
            ("\u{65E5}\u{672C}\u{3001}\u{1F600}\u{10330}\u{10331}", ["\u{65E5}\u{672C}", "\u{10330}\u{10331}"]),
            ("", []), ("12 34", []),
        ])
    func letters(_ text: String, _ expected: [String]) throws {
        #expect(try words(text, .letters) == expected)
    }

    @Test(
        "the rule mallet finds words of three or more characters with punctuation inside",
        arguments: [
            ("a ab abc ab-c a-b a--b -abc- ab-", ["abc", "ab-c", "a-b", "a--b", "abc"]),
            ("U.S.A. don't (\"quoted\") x_y", ["U.S.A", "don't", "quoted", "x_y"]),
            ("ab..c..d.. e..", ["ab..c..d"]), ("abc1def 1a2b3", ["abc", "def"]), ("a+b$c", []),
            ("\u{65E5}\u{672C} \u{65E5}\u{672C}\u{8A9E}", ["\u{65E5}\u{672C}\u{8A9E}"]),
            ("cafe\u{301}s", ["cafe"]),
        ])
    func mallet(_ text: String, _ expected: [String]) throws {
        #expect(try words(text, .mallet) == expected)
    }

    @Test(
        "the rule unicode finds words as Unicode defines them",
        arguments: [
            ("Don't stop: 3.14, 1,000 e.g. U.S.A. a.", ["Don't", "stop", "3.14", "1,000", "e.g", "U.S.A", "a"]),
            (
                "well-known snake_case _ __x 'quoted' a'b' 3.x x.3",
                ["well", "known", "snake_case", "__x", "quoted", "a'b", "3", "x", "x", "3"]
            ),
            ("R2D2 4th \u{2019}90s", ["R2D2", "4th", "90s"]),
            (
                "\u{65E5}\u{672C}\u{3067}\u{30AB}\u{30E1}\u{30E9}abc",
                ["\u{65E5}", "\u{672C}", "\u{3067}", "\u{30AB}\u{30E1}\u{30E9}abc"]
            ),
            (
                "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629}\u{60C} \u{644}\u{63A}\u{629}",
                ["\u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629}", "\u{644}\u{63A}\u{629}"]
            ),
            (
                "\u{1F600}\u{1F600} \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}ok \u{1F44D}\u{1F3FD} \u{2764}\u{FE0F}",
                [
                    "\u{1F600}", "\u{1F600}", "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}", "ok", "\u{1F44D}\u{1F3FD}",
                    "\u{2764}\u{FE0F}",
                ]
            ),
            ("\u{1F1E9}\u{1F1EA}\u{1F1EB}\u{1F1F7}", ["\u{1F1E9}\u{1F1EA}", "\u{1F1EB}\u{1F1F7}"]),
            ("e\u{301}a \u{301} .'. ''", ["e\u{301}a"]), ("", []),
        ])
    func unicode(_ text: String, _ expected: [String]) throws {
        #expect(try words(text, .unicode) == expected)
    }

    @Test(
        "text is converted to lower case scalar by scalar",
        arguments: [
            ("ABC Xyz", ["abc", "xyz"]),
            ("\u{C9}\u{394}\u{416}\u{1E9E} \u{10400}", ["\u{E9}\u{3B4}\u{436}\u{DF}", "\u{10428}"]),
            ("\u{130}", ["i\u{307}"]),
            ("\u{65E5} @[`{ 1", ["\u{65E5}", "@[`{", "1"]),
        ])
    func lowerCase(_ text: String, _ expected: [String]) throws {
        #expect(try words(text, .whitespace, lowercases: true) == expected)
    }

    @Test(
        "a sigma at the end of a word becomes \u{3C2}, as in Java and Python",
        arguments: [
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"), ("ΟΔΟΣ, ΣΟΦΟΣ.", "οδος, σοφος."), ("Σ ΑΣ", "σ ας"), ("ΑΣ' ΑΣ'Β", "ας' ασ'β"),
            ("Α\u{301}Σ\u{301} ΑΣ\u{AD}", "α\u{301}ς\u{301} ας\u{AD}"), ("ΣΣ ΣΑΣ", "σς σας"), ("ΑΣ1 1Σ", "ας1 1σ"),
            ("ΑΣ日 日Σ", "ας日 日σ"), ("aΣ", "aς"), ("ΑΣb", "ασb"), ("σ ς", "σ ς"),
        ])
    func finalSigma(_ text: String, _ expected: String) throws {
        for rule in [TokenRule.whitespace, .mallet, .letters] {
            #expect(try words(text, rule, lowercases: true) == words(expected, rule))
        }
    }

    @Test("a sigma next to bytes that are not UTF-8, or to other columns, is at the end of its word")
    func sigmaAtBounds() throws {
        #expect(try words([0xCE, 0x91, 0xCE, 0xA3, 0xFF, 0xCE, 0x91], .letters, lowercases: true) == ["ας", "α"])
        #expect(try words([0xCE, 0x91, 0xFF, 0xCE, 0xA3], .letters, lowercases: true) == ["α", "σ"])
        var options = ReadingOptions(format: .csv)
        options.tokenizer = Tokenizer(.whitespace, lowercases: true)
        let path = try sample.folder.write("id,text\nΑ,Σ ΑΣ\nΑ,\"ΑΣ\"\n", to: "data.csv")
        var found: Set<String> = []
        _ = try DocumentStream.read([path], options: options) { _, words in
            found = Set((0..<words.count).map { String(decoding: words.word($0), as: UTF8.self) })
        }
        #expect(found == ["σ", "ας"])
    }

    @Test("bytes that are not UTF-8 end a word, except with the rule whitespace", arguments: TokenRule.allCases)
    func notUTF8(_ rule: TokenRule) throws {
        let broken: [[UInt8]] = [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE4, 0xB8],
            [0xF0, 0x80, 0x80, 0x80],
        ]
        for bytes in broken {
            let found = try words(Array("abc".utf8) + bytes + Array("DEF".utf8), rule, lowercases: true)
            #expect(found.count == (rule == .whitespace ? 1 : 2))
            if rule != .whitespace { #expect(found == ["abc", "def"]) }
        }
    }

    @Test("every single scalar gives at most one word, which is the scalar itself", arguments: TokenRule.allCases)
    func everyScalar(_ rule: TokenRule) throws {
        let scalars = stride(from: UInt32(0x21), to: 0x3_0000, by: 97).compactMap(Unicode.Scalar.init)
        let text = scalars.map { String(Character($0)) }.joined(separator: " x1x ")
        let found = try words(text, rule)
        let known = Set(scalars.map { String(Character($0)) }).union(["x1x", "x"])
        #expect(Set(found).subtracting(known).isEmpty)
    }
}

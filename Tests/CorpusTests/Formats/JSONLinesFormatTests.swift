import Corpus
import TestSupport
import Testing

struct JSONLinesFormatTests {
    let sample: SampleCorpus
    static let options = ReadingOptions(format: .jsonl)

    init() throws { sample = try SampleCorpus() }

    @Test(
        "the text is a string or an array of words",
        arguments: [
            (#"{"text": "a b a"}"#, ["a": 2, "b": 1]),
            (#" {"id":1,"text":"a","more":{"text":["x"]},"n":[1,-2.5e3,true,false,null,{}]} "#, ["a": 1]),
            (#"{"text":["a","b c","a",""]}"#, ["a": 2, "b c": 1]),
            (#"{"text":[]}"#, [:]), (#"{"text":""}"#, [:]), (#"{"text":null}"#, [:]), ("", [:]), (" \t", [:]),
            (
                #"{"text":"tab\tline\nend \"q\" \\ \/ \u00e9\u4e2d"}"#,
                ["tab": 1, "line": 1, "end": 1, "\"q\"": 1, "\\": 1, "/": 1, "\u{E9}\u{4E2D}": 1]
            ),
            (#"{"text":"\ud83d\ude00 \uD83D\uDE00"}"#, ["\u{1F600}": 2]),
            (#"{"te\u0078t":"key"}"#, ["key": 1]),
            (#"{"text":"first","text":"last"}"#, ["last": 1]),
            (#"{"text":"日本 العربية 👩‍👩‍👧"}"#, ["日本": 1, "العربية": 1, "👩‍👩‍👧": 1]),
            (#"{"text":"a\u0000b"}"#, ["a\0b": 1]),
        ] as [(String, [String: Int])])
    func text(_ line: String, _ counts: [String: Int]) throws {
        let corpus = try sample.read("\(line)\r\n{\"text\":\"filler\"}", Self.options)
        #expect(corpus.documents == [0: counts, 1: ["filler": 1]])
    }

    @Test("a lone low surrogate U+DC80 to U+DCFF stands for a byte that is not UTF-8")
    func bytes() throws {
        let corpus = try sample.read(#"{"text":["\udcff\udc80a"]}"#, Self.options)
        #expect(corpus.vocabulary.word(0) == [0xFF, 0x80, UInt8(ascii: "a")])
    }

    @Test("JSON Lines is detected, and flags name the fields")
    func fields() throws {
        var options = ReadingOptions(keepNames: true)
        options.fields = FieldOptions(text: "body", id: "key")
        let text =
            #"{"key":"one","body":"a"}"# + "\n" + #"{"body":"b","key":17}"# + "\n" + #"{"body":"c"}"# + "\n"
            + #"{"key":"\u00e9","body":"d"}"# + "\n"
        let corpus = try sample.read(text, options)
        #expect(corpus.summary.format == .jsonl)
        #expect(corpus.names() == ["one", "17", "(line 3)", "\u{E9}"])
        #expect(corpus.documents == [0: ["a": 1], 1: ["b": 1], 2: ["c": 1], 3: ["d": 1]])
    }

    @Test("text is split and lower-cased as requested; words of an array are only lower-cased")
    func tokenizer() throws {
        var options = Self.options
        options.tokenizer = Tokenizer(.letters, lowercases: true)
        let corpus = try sample.read(#"{"text":"The-End\n2"}"# + "\n" + #"{"text":["The-End","2"]}"# + "\n", options)
        #expect(corpus.documents == [0: ["the": 1, "end": 1], 1: ["the-end": 1, "2": 1]])
    }

    static let faults: [(line: String, column: Int, fault: FormatFault)] = [
        (#"{"body":"a"}"#, 1, .noField("text")), ("[1]", 1, .expected("an object: {...}")),
        (#"{"text":"a"#, 9, .unclosedQuote), (#"{"text":1}"#, 9, .expected("a string or an array of strings")),
        (#"{"text":{}}"#, 9, .expected("a value")), (#"{"text":"a"} x"#, 14, .expected("the end of the line")),
        (#"{"text":"a",}"#, 13, .expected("a string")), (#"{"text" "a"}"#, 9, .expected("a colon")),
        (#"{"text":"\ud83d"}"#, 10, .loneSurrogate), (#"{"text":"\ude00"}"#, 10, .loneSurrogate),
        (#"{"text":"\ud83d\u0041"}"#, 10, .loneSurrogate),
        (#"{"text":"\u12g4"}"#, 10, .expected("four hexadecimal digits after \\u")),
        (#"{"text":"\x41"}"#, 10, .expected("a JSON escape sequence")),
        ("{\"text\":\"a\u{1}\"}", 11, .expected("an escape sequence instead of a control character")),
        // Strings that are not read are checked, too.
        (#"{"n":"\x41","text":"a"}"#, 7, .expected("a JSON escape sequence")),
        (#"{"text":"a","n":["\u"]}"#, 19, .expected("four hexadecimal digits after \\u")),
        (#"{"n":01,"text":"a"}"#, 6, .expected("a value")), (#"{"n":nan,"text":"a"}"#, 6, .expected("a value")),
        (#"{"n":[1 2],"text":"a"}"#, 9, .expected("a comma or ]")),
        (#"{"text":["a" "b"]}"#, 14, .expected("a comma or ]")),
        (#"{"text":[1]}"#, 10, .expected("a string")),
        ("{\"n\":" + String(repeating: "[", count: 300) + "}", 263, .tooDeep),
    ]

    @Test("a bad line is reported with line and column, or skipped", arguments: faults)
    func refused(_ line: String, _ column: Int, _ fault: FormatFault) throws {
        guard
            case .badLine(sample.folder("corpus"), line: 2, let foundColumn, _, let found) = try sample.refusal(
                of: "{\"text\":\"a\"}\n\(line)\n", Self.options)
        else {
            Issue.record("not refused")
            return
        }
        #expect(foundColumn == column)
        #expect(found == fault)
        var options = Self.options
        options.skipBadLines = true
        let corpus = try sample.read("{\"text\":\"a\"}\n\(line)\n{\"text\":\"b\"}\n", options)
        #expect(corpus.documents == [0: ["a": 1], 1: [:], 2: ["b": 1]])
    }
}

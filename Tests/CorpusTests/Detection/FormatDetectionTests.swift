import Corpus
import TestSupport
import Testing

struct FormatDetectionTests {
    let sample: SampleCorpus

    init() throws { sample = try SampleCorpus() }

    @Test(
        "dist_lda is detected from its cells",
        arguments: [
            "d\ta:1\n", "d\ta:1", "\n\n  \nd\ta:1\r\n", "d\ta:1\tb:2\t\nname alone\n", "\u{FEFF}d\ta:1\n",
            "d\ta b:1\tc:d:2\n", "d\ta:1\tb:2\tc\ne\tf:1\n", "d\t\(String(repeating: "word:1\t", count: 20_000))\n",
        ])
    func distLDA(_ text: String) throws {
        var options = ReadingOptions(skipBadLines: true)
        #expect(try sample.read(text, options).summary.format == .distLDA)
        options.format = .text
        #expect(try sample.read(text, options).summary.format == .text, "a requested format takes precedence")
    }

    @Test(
        "everything else is text",
        arguments: [
            "a b c\n", "see a:1 b:2\n", "a\tb\tc\n", "name\ta:\tb:\n", "a\n b\n c\nd\ta:1\n", "a: b\tc: d\n",
            "12:30\tmeet\tat\tten\n", "\u{FEFF}a b\n", "a:1\n",
        ])
    func text(_ text: String) throws {
        #expect(try sample.read(text).summary.format == .text)
    }

    @Test(
        "dist_lda with invalid counts is not detected as text", arguments: ["1.5", "-1", "+2", "1..2"])
    func wrongCounts(_ count: String) throws {
        guard case .badCell = try sample.refusal(of: "d\ta:\(count)\tb:\(count)\n") else {
            Issue.record("not refused as dist_lda")
            return
        }
    }

    @Test("the format is detected from the first line that is not blank, in any file")
    func lateContent() throws {
        let blank = try sample.folder.write(String(repeating: "\n", count: 200_000), to: "1")
        let empty = try sample.folder.write("", to: "2")
        let last = try sample.folder.write("d\ta:1\n", to: "3")
        let corpus = try CorpusReader.read(
            [blank, empty, last], plan: SlicePlan(shards: 1, cores: 1, thisShard: 0), blocks: 1)
        #expect(corpus.summary.format == .distLDA)
        #expect(corpus.summary.lines == 200_001)
        #expect(corpus.summary.tokens == 1)
    }
}

import Foundation
import Testing

/// A flag that a message, a help text or a page names must exist.
@Suite("Flags named in messages and pages")
struct FlagMentionTests {
    /// A flag in a file.
    struct Mention: Hashable, CustomStringConvertible {
        let flag: String
        let file: String

        var description: String { "\(flag) in \(file)" }
    }

    /// Flags of other programs and former flags of ours, with the names of the files that may mention them.
    private static let foreign: [(program: String, files: [String], flags: [String])] = [
        ("redis-server", ["README.md", "redis.md", "launch"], ["bind", "requirepass", "port"]),
        ("redis-server", ["redis.md"], ["tls-port", "tls-cert-file", "tls-key-file", "tls-ca-cert-file"]),
        ("redis-cli", ["README.md"], ["scan", "pattern", "no-raw"]),
        (
            "mallet import-file", ["coming-from.md", "formats.md"],
            ["input", "keep-sequence", "token-regex", "preserve-case"]
        ),
        (
            "mallet train-topics", ["coming-from.md", "formats.md"],
            [
                "num-topics", "num-iterations", "num-threads", "random-seed", "output-state", "output-topic-keys",
                "output-doc-topics", "word-topic-counts-file", "topic-word-weights-file", "diagnostics-file",
                "input-state", "optimize-interval",
            ]
        ),
        ("sbatch", ["operations.md"], ["signal", "requeue"]),
        ("zstd", ["ZstdDecoder.swift"], ["long"]),
        ("python3 -m unittest", ["README.md"], ["quiet"]),
        ("every tool, from swift-argument-parser", ["README.md"], ["generate-completion-script"]),
        ("former versions", ["CHANGELOG.md", "FlagSpelling.swift"], ["lease"]),
    ]

    /// Returns the flags that a text names, with hyphens, in order.
    private static func flags(in text: some StringProtocol) -> [String] {
        String(text).matches(of: /(?:^|[^A-Za-z0-9_-])(--[A-Za-z][A-Za-z0-9_-]*)/.anchorsMatchLineEndings())
            .map { String($0.1.replacing("_", with: "-")) }
    }

    private static func mentions(in files: [String]) throws -> Set<Mention> {
        Set(
            try files.flatMap { file in try flags(in: Repository.text(of: file)).map { Mention(flag: $0, file: file) } }
        )
    }

    /// The flags of our tools, from their help texts.
    private static func ofTools() throws -> Set<String> {
        try HelpFixture.all.reduce(into: []) { $0.formUnion(try $1.flags()) }
    }

    /// The flags of our scripts, from the functions that print their usage.
    private static func ofScripts() throws -> Set<String> {
        let scripts = Repository.files(in: "bin", ending: "") + Repository.files(in: "Examples", ending: ".sh")
        return try scripts.reduce(into: []) { flags, script in
            let text = try Repository.text(of: script)
            guard let start = text.range(of: "\nusage() {"), let end = text.range(of: "\n}\n") else { return }
            flags.formUnion(Self.flags(in: text[start.upperBound..<max(start.upperBound, end.lowerBound)]))
        }
    }

    /// Returns the flags that exist neither in our programs nor in the list of flags that the file may mention.
    private static func unknown(_ mentions: Set<Mention>, known: Set<String>) -> Set<Mention> {
        mentions.filter { mention in
            let name = mention.file.split(separator: "/").last.map(String.init) ?? ""
            return !known.contains(mention.flag)
                && !foreign.contains { $0.files.contains(name) && $0.flags.contains(String(mention.flag.dropFirst(2))) }
        }
    }

    private static func pages() -> [String] {
        Repository.files(in: "docs", ending: ".md") + [
            "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Benchmarks/README.md", "Examples/README.md", "bin/launch",
        ]
    }

    @Test("The sources name only flags of the tools")
    func sources() throws {
        let mentions = try Self.mentions(in: Repository.files(in: "Sources", ending: ".swift"))
        #expect(mentions.count > 50)
        let unknown = Self.unknown(mentions, known: try Self.ofTools())
        #expect(unknown.isEmpty, "\(unknown)")
    }

    @Test("README, docs and bin/launch name only flags of our tools and scripts, and listed ones of other programs")
    func pages() throws {
        let mentions = try Self.mentions(in: Self.pages())
        #expect(mentions.count > 100)
        let unknown = Self.unknown(mentions, known: try Self.ofTools().union(Self.ofScripts()))
        #expect(unknown.isEmpty, "\(unknown)")
    }

    @Test("A wrong name is found, in a message and in a page")
    func wrong() throws {
        #expect(
            Self.flags(in: "use --this_shrad, \"--topics=3\", --a-b\n--c (see a--b, --- and c/--d)")
                == ["--this-shrad", "--topics", "--a-b", "--c", "--d"])
        let wrong: Set = [
            Mention(flag: "--this-shrad", file: "Sources/dist-lda-shard/Shard.swift"),
            Mention(flag: "--scan", file: "docs/redis.md"), Mention(flag: "--grace", file: "Sources/Shard.swift"),
        ]
        let right = Mention(flag: "--scan", file: "README.md")
        #expect(Self.unknown(wrong.union([right]), known: try Self.ofTools()) == wrong)
    }

    @Test("Every listed flag of another program is mentioned")
    func listed() throws {
        let mentions = try Self.mentions(in: Self.pages() + Repository.files(in: "Sources", ending: ".swift"))
        for (program, files, flags) in Self.foreign {
            for flag in flags {
                #expect(
                    mentions.contains { mention in
                        mention.flag == "--\(flag)" && files.contains { mention.file.hasSuffix($0) }
                    }, "\(program) --\(flag)")
            }
        }
    }
}

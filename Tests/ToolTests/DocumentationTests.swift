import CommandLineTools
import Counts
import Foundation
import RedisStore
import TestSupport
import Testing

@Suite("The commands in the documentation run as written")
struct DocumentationTests {
    /// Returns the indented blocks of a page.
    static func blocks(of page: String) throws -> [[String]] {
        let text = try Repository.text(of: page)
        var (blocks, block) = ([[String]](), [String]())
        for line in text.components(separatedBy: "\n") + ["end"] {
            if line.hasPrefix("    ") {
                block.append(String(line.dropFirst(4)))
            } else if !line.isEmpty, !block.isEmpty {
                blocks.append(block)
                block = []
            }
        }
        return blocks
    }

    @Test("docs/coming-from.md")
    func comingFrom() async throws {
        let folder = try TemporaryDirectory()
        // The shell commands of each block, up to the first line of Python or R.
        let commands = try Self.blocks(of: "docs/coming-from.md").filter {
            ["cat", "mkdir", "dist-lda", "dist-lda-shard"].contains($0[0].split(separator: " ")[0])
        }.map { block in block.prefix { !$0.hasPrefix("import ") && !$0.hasPrefix("library(") } }
        #expect(commands.joined().filter { $0.hasPrefix("dist-lda") }.count >= 9)
        let script = (["set -e", "cd '\(folder.path)'"] + commands.joined()).joined(separator: "\n")
        let programs = URL(fileURLWithPath: BuiltTool.shard.path).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let outcome = try await BuiltTool.shell.run(
            ["-c", script], environment: ["PATH": "\(programs):\(path)"], deadline: 120)
        #expect(outcome.status == 0, "\(outcome.error)")
        for file in [
            "mallet/topic_keys.txt", "further/state.gz", "gensim/topic_word.npy", "page/ldavis.json",
            "tidy/topic_term.csv", "cells/vocab.txt",
        ] {
            #expect(FileManager.default.fileExists(atPath: folder(file)), "\(file)")
        }
    }

    @Test("README.md: training on own documents, and completions")
    func ownDocuments() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            (0..<20).map { "The ship sailed from harbour \($0 % 3) with cotton and wool.\n" }.joined(),
            to: "letters.txt")
        let blocks = try Self.blocks(of: "README.md")
        let training = try #require(blocks.first { $0[0].contains("--document=letters.txt") })
        let completions = try #require(blocks.first { $0[0].contains("--generate-completion-script") })
        let programs = URL(fileURLWithPath: BuiltTool.shard.path).deletingLastPathComponent().path
        let script = (["set -e", "cd '\(folder.path)'"] + training + completions)
            .joined(separator: "\n").replacing(".build/release/", with: "")
        let outcome = try await BuiltTool(name: "bash", path: "/bin/bash").run(
            ["-c", script + "\ncomplete -p dist-lda-shard"], environment: ["PATH": "\(programs):/usr/bin:/bin"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("cotton") && outcome.output.contains("complete "))
        #expect(try !ModelDump.paths(in: folder("letters-model")).isEmpty)
    }

    /// A command of the tour in README.md, with the lines that are shown below it, without the remarks behind `#`.
    private static func tour() throws -> [(command: String, shown: [String])] {
        let block = try #require(try blocks(of: "README.md").first { $0[0].hasPrefix("$ redis-cli") })
        var steps: [(command: String, shown: [String])] = []
        for line in block {
            let text = String((line.components(separatedBy: "   #").first ?? "").drop { $0 == " " })
            if text.hasPrefix("$ ") {
                steps.append((String(text.dropFirst(2)), []))
            } else {
                steps[steps.count - 1].shown.append(text)
            }
        }
        return steps
    }

    @Test("README.md: a look inside, with redis-cli")
    func tour() async throws {
        let server = try RedisServer()
        let folder = try TemporaryDirectory()
        let document = Repository.root.appendingPathComponent("Examples/packages.lda").path
        let shards = try (0..<2).map {
            try BuiltTool.shard.start([
                "--document", document, "--topics=20", "--cores=1", "--shards=2", "--this-shard=\($0)",
                "--redis", server.address, "--output", folder("output"), TestCluster.endless,
            ])
        }
        let store = RedisCountStore(run: try RunName("packages.lda"), at: try RedisServers(parsing: server.address))
        try await shards[0].until("both shards sample") {
            let statuses = try store.statuses()
            return statuses.count == 2 && statuses.allSatisfy { $0.progress.sweep > 0 }
        }
        let steps = try Self.tour()
        try #require(steps.count == 6)
        var printed: [String] = []
        for step in steps {
            let command = step.command.replacing("-p 6380", with: "-s \(server.address.dropFirst("unix:".count))")
            let outcome = try await BuiltTool.shell.run(["-c", command])
            #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(command): \(outcome.error)")
            printed.append(outcome.output)
        }
        /// The fields of a hash as redis-cli prints it: names and values, a line each.
        func fields(_ text: String) -> Set<String> {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            return Set(stride(from: 0, to: lines.count - 1, by: 2).map { lines[$0] })
        }
        func firstWords(_ lines: [String]) -> Set<String> {
            Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) })
        }
        let settings = steps[0].shown.joined(separator: "  ").components(separatedBy: "  ").filter { !$0.isEmpty }
        #expect(fields(printed[0]) == firstWords(settings))
        #expect(fields(printed[1]) == firstWords(steps[1].shown).union(["g/1", "h/1"]))
        let keys = steps[2].shown.joined(separator: " ").split(separator: " ").map(String.init)
        #expect(Set(printed[2].split(separator: "\n").map(String.init)) == Set(keys))
        #expect(printed[3].split(separator: "\n").contains("v"))
        for name in firstWords(steps[3].shown) {
            #expect(printed[3].contains("\n\(name)\n") || printed[3].hasPrefix("\(name)\n"))
        }
        #expect(printed[4].contains(/^"[0-9a-f]{16}.*DLR1/))
        #expect(printed[5].contains(/^"[0-9a-f]{16}DLR1/))
        for shard in shards { shard.send(SIGKILL) }
    }

    @Test("CITATION.cff has the version of the tools")
    func citation() throws {
        #expect(try Repository.text(of: "CITATION.cff").contains("\nversion: \(Version.number)\n"))
    }
}

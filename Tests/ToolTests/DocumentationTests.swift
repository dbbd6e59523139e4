import Foundation
import TestSupport
import Testing

@Suite("The commands in the documentation run as written")
struct DocumentationTests {
    /// Returns the indented blocks of a page.
    static func blocks(of page: String) throws -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
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
            ["cat", "dist-lda", "dist-lda-shard"].contains($0[0].split(separator: " ")[0])
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
            "tidy/topic_term.csv",
        ] {
            #expect(FileManager.default.fileExists(atPath: folder(file)), "\(file)")
        }
    }
}

import Testing

/// The complete help texts of each tool and its subcommands, so that any change of a flag or a word is detected.
@Suite("The help and version texts of the tools")
struct HelpTests {
    private static let tools = [BuiltTool.shard, .listener, .main]

    @Test("Version", arguments: tools)
    func version(tool: BuiltTool) async throws {
        let outcome = try await tool.run("--version")
        #expect(outcome == .init(status: 0, output: "\(tool.name) 0.1.0\n", error: ""))
    }

    @Test("The help text is the one in the folder Help", arguments: HelpFixture.all)
    func help(fixture: HelpFixture) async throws {
        let tool = try #require(Self.tools.first { $0.name == fixture.command[0] })
        let outcome = try await tool.run(fixture.command.dropFirst() + ["--help"])
        #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
        let difference = HelpFixture.difference(of: outcome.output, from: try fixture.text().lines + [""])
        if let difference { Issue.record("\(fixture) --help differs from Help/Commands in \(difference)") }
    }

    @Test("The folder Help has every tool and subcommand, and no file that is not used")
    func complete() throws {
        let named = try Self.tools.map { [$0.name] } + HelpFixture.all.flatMap { try $0.subcommands() }
        #expect(named.count == 13)
        #expect(Set(named) == Set(HelpFixture.all.map(\.command)))
        let used = try HelpFixture.all.reduce(into: Set<String>()) { $0.formUnion(try $1.text().groups) }
        #expect(used == HelpFixture.optionGroups)
    }

    @Test("A difference is described by the first line that differs")
    func differences() {
        let expected = ["a", "x", "c"]
        #expect(
            HelpFixture.difference(of: "a\nb\nd", from: expected) == "line 2\n  expected: \"x\"\n  actual:   \"b\"")
        #expect(
            HelpFixture.difference(of: "a\nx", from: expected)
                == "line 3\n  expected: \"c\"\n  actual:   the end of the text")
        #expect(
            HelpFixture.difference(of: "a\nx\nc\n", from: expected)
                == "line 4\n  expected: the end of the text\n  actual:   \"\"")
        #expect(HelpFixture.difference(of: "a\nx\nc", from: expected) == nil)
    }
}

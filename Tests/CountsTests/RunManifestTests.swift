import Counts
import TestSupport
import Testing

@Suite("the manifest of a run")
struct RunManifestTests {
    private static let numbers = [
        RunSetting("blocks", 4, comparedAs: "--blocks", ifEqual: "corpus"), RunSetting("shards", 2),
        RunSetting("topics", 3, comparedAs: "--topics"), RunSetting("lease", 10.0),
    ]

    private func manifest(_ settings: [RunSetting]) throws -> RunManifest {
        try RunManifest(id: 7, settings: Self.numbers + settings)
    }

    private func difference(_ setting: String, _ stored: String, _ given: String) -> RunManifest.Difference {
        .init(setting: setting, stored: stored, given: given)
    }

    @Test("settings are compared by name, whatever their order and wherever the stored ones come from")
    func byName() throws {
        let given = try manifest([RunSetting("a", 0.1, comparedAs: "--a"), RunSetting("b", "x", comparedAs: "--b")])
        let stored = try RunManifest(
            id: 7, settings: given.settings.reversed().map { RunSetting($0.name, $0.value) })
        #expect(stored == given && stored.differences(from: given).isEmpty)
        #expect(
            try stored.changing(["b": "y", "a": "0.2", "topics": "5"]).differences(from: given)
                == [difference("--topics", "5", "3"), difference("--a", "0.2", "0.1"), difference("--b", "y", "x")])
    }

    @Test("a setting that only one of two programs knows is a difference, unless it is empty")
    func unknown() throws {
        let (old, new) = (try manifest([]), try manifest([RunSetting("c", 9, comparedAs: "--c")]))
        #expect(old.differences(from: new) == [difference("--c", "none", "9")])
        #expect(new.differences(from: old) == [difference("the setting c", "9", "none")])
        let empty = try manifest([RunSetting("c", "", comparedAs: "--c")])
        #expect(old.differences(from: empty).isEmpty && empty.differences(from: old).isEmpty)
    }

    @Test("a setting that depends on another is compared only if that one agrees")
    func condition() throws {
        let given = try manifest([RunSetting("corpus", 1, comparedAs: "the corpus")])
        let stored = try given.changing(["blocks": "8"])
        #expect(stored.differences(from: given) == [difference("--blocks", "8", "4")])
        #expect(
            try stored.changing(["corpus": "2"]).differences(from: given) == [difference("the corpus", "2", "1")])
    }

    @Test("a later shard takes over the values that are not compared")
    func adoption() throws {
        var given = try manifest([RunSetting("document", "mine")])
        given.adopt(try given.changing(["document": "first", "lease": "99.5"], id: 8))
        #expect(given.id == 8 && given.deadAfter == 99.5 && given["lease"] == "99.5" && given["document"] == "first")
    }

    @Test(
        "a number that the ledger needs must be there and in its range",
        arguments: [
            ("blocks", nil), ("blocks", "0"), ("shards", "65537"), ("topics", "x"), ("topics", ""), ("lease", "inf"),
            ("lease", "0"),
        ])
    func invalid(name: String, value: String?) throws {
        let manifest = try manifest([])
        #expect(throws: RunManifest.InvalidSetting(name: name, value: value)) { try manifest.changing([name: value]) }
    }
}

import Testing

@testable import RedisStore

@Suite("run names and keys")
struct RunNameTests {
    @Test(
        "names that are safe everywhere are allowed",
        arguments: ["a", "0", "_x", "20news.train-2", "a+b=c,d~e@f%g", String(repeating: "n", count: 128)])
    func allowed(name: String) throws {
        #expect(try RunName(name).text == name)
        #expect(RunName(fitting: name).text == name)
    }

    @Test(
        "other names are refused with the reason and an allowed name",
        arguments: [
            ("", "is empty", "_"), ("a{b", "has \"{\"", "a_b"), ("a}b", "has \"}\"", "a_b"),
            ("a/b", "has \"/\"", "a_b"),
            ("a b", "white space", "a_b"), ("a\tb", "white space", "a_b"), ("a\u{a0}b", "white space", "a__b"),
            ("..", "begins with", "__"), ("a..b", "\"..\"", "a._b"), (".a", "begins with", "_a"),
            ("-a", "begins with", "_a"),
            ("a\0b", "has \"\\0\"", "a_b"), ("a\u{7f}", "has \"\\u{7F}\"", "a_"), ("a*", "has \"*\"", "a_"),
            ("a?", "has \"?\"", "a_"), ("a[b]", "has \"[\"", "a_b_"), ("a\\", "has \"\\\\\"", "a_"),
            ("a:b", "has \":\"", "a_b"),
            ("a\"b", "has", "a_b"), ("\u{e9}", "has", "__"), ("e\u{301}", "has", "e__"),
            (String(repeating: "n", count: 129), "more than 128", String(repeating: "n", count: 128)),
        ])
    func refused(name: String, reason: String, nearest: String) throws {
        let fault = #expect(throws: RunName.Fault.self) { try RunName(name) }
        let text = fault?.description ?? ""
        #expect(text.contains(reason) && text.hasSuffix("--run=\(nearest)"), "\(text)")
        #expect(!text.utf8.contains { $0 < 0x20 }, "one line, whatever the name")
        #expect(try RunName(RunName(fitting: name).text).text == nearest)
    }

    @Test("keys are as documented, and each is recognized by its name")
    func keys() throws {
        let keys = KeySchema(run: try RunName("a.b"))
        #expect(keys.manifest().text == "dlda:{a.b}:run")
        #expect(keys.shards.text == "dlda:{a.b}:shards")
        #expect(keys.block(12).text == "dlda:{a.b/12}")
        #expect(keys.documents(shard: 3).text == "dlda:{a.b/d/3}")
        #expect(KeySchema.run(ofManifest: keys.manifest().text)?.text == "a.b")
        #expect(KeySchema.run(ofManifest: keys.shards.text) == nil)
        #expect(KeySchema.run(ofManifest: "dlda:{a b}:run") == nil)
        #expect(KeySchema.number(in: KeySchema.tag(7), after: "t/") == 7)
        for field in ["t/", "t/-1", "t/+1", "t/01", "t/1 ", "g/1", "1"] {
            #expect(KeySchema.number(in: field, after: "t/") == nil)
        }
    }
}

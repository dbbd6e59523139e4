import Foundation
import TestSupport
import Testing

/// What docs/redis.md says that users need, on a real server: all of it is enough, and nothing of it can be left out.
@Suite("The least rights of a user in Redis")
struct RedisRightsTests {
    /// A user of docs/redis.md.
    private struct User {
        let name: String
        /// The words after ACL SETUSER.
        let rules: [String]

        var commands: [String] { rules.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) } }

        /// The user of that name, as the page has it.
        init(_ name: String) throws {
            let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../docs/redis.md")
            let line = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
                .first { $0.hasPrefix("    ACL SETUSER \(name) ") }
            rules = try #require(line).split(separator: " ").dropFirst(2).map(String.init)
            self.name = name
        }
    }

    /// A server that knows the user, less one command, and the tools that speak to it as that user.
    private struct Place {
        let server: RedisServer
        let folder: TemporaryDirectory
        let user: User

        init(_ user: User, without command: String? = nil) throws {
            self.user = user
            server = try RedisServer()
            folder = try TemporaryDirectory()
            try folder.write(SmallCorpus(documents: 8).text, to: "data")
            try folder.write("SECRET\n", to: "password")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder("password"))
            let rules = user.rules + (command.map { ["-\($0)"] } ?? [])
            #expect(try server.command(["ACL", "SETUSER"] + rules) == "OK")
        }

        /// Runs a tool as the user.
        func run(_ tool: BuiltTool, _ arguments: [String]) async throws -> BuiltTool.Outcome {
            let path = server.address.dropFirst("unix:".count)
            return try await tool.run(
                arguments + [
                    "--redis=unix://\(user.name)@\(path)", "--redis-password-file", folder("password"),
                ])
        }

        func shard(_ flags: String...) -> [String] {
            [
                "--document", folder("data"), "--output", folder("output"), "--topics=2", "--iterations=2", "--cores=1",
                "--blocks=2",
            ] + flags
        }
    }

    /// What a user does, run by run; each is the next of what the user must be able to do.
    private typealias Life = @Sendable (Place) async throws -> [BuiltTool.Outcome]

    private static let lives: [(name: String, life: Life)] = [
        (
            "shard",
            { place in
                // a block whose words are damaged is begun anew, a run that has finished is removed
                try place.server.command("HSET", "dlda:{data/1}", "v", "0123456789abcdef", "w", "0", "words", "junk")
                return [
                    try await place.run(.shard, place.shard("--publish-documents")),
                    try await place.run(.shard, place.shard("--fresh")),
                ]
            }
        ),
        (
            "listener",
            { place in
                let run = try await BuiltTool.shard.run(
                    place.shard("--publish-documents", "--redis", place.server.address))
                try #require(run.status == 0)
                return [try await place.run(.listener, ["--output", place.folder("model"), "--poll-interval=0.01"])]
            }
        ),
        (
            "keeper",
            { place in
                let run = try await BuiltTool.shard.run(place.shard("--redis", place.server.address))
                try #require(run.status == 0)
                // a tag that cannot be read is written anew, a contribution of nobody's removed
                try place.server.command("HSET", "dlda:{data/0}", "t/0", "?", "t/7", "1 2 0123456789abcdef")
                try place.server.command("SET", "dlda:{data/0}:c/7", "junk")
                var outcomes: [BuiltTool.Outcome] = []
                for command in ["repair", "audit", "status", "words", "topics", "remove-shard", "flush"] {
                    let flags =
                        command == "remove-shard" ? ["--shard=0", "--force"] : command == "words" ? ["word"] : []
                    outcomes.append(try await place.run(.main, ["store", command, "--run=data"] + flags))
                }
                outcomes.append(try await place.run(.main, ["store", "status"]))
                // a run whose manifest is damaged is looked for among all keys
                try place.server.command("HSET", "dlda:{data}:run", "id", "?", "blocks", "?")
                outcomes.append(try await place.run(.main, ["store", "flush", "--run=data"]))
                return outcomes
            }
        ),
    ]

    @Test("are enough", arguments: ["shard", "listener", "keeper"])
    func enough(name: String) async throws {
        let life = try #require(Self.lives.first { $0.name == name }).life
        for outcome in try await life(Place(User(name))) { #expect(outcome.status == 0, "\(outcome.error)") }
    }

    @Test(
        "are all needed: without a command a tool ends with 77 and names it",
        arguments: ["shard", "listener", "keeper"])
    func needed(name: String) async throws {
        let life = try #require(Self.lives.first { $0.name == name }).life
        let user = try User(name)
        try #require(user.commands.count > 5)
        // A write appends only when another shard's has come before it (`ShardLedger`), which a run of one shard never sees.
        for command in user.commands where command != "append" {
            let outcomes = try await life(Place(user, without: command))
            let words = command.uppercased().replacing("|", with: " ")
            let ended = outcomes.first { $0.status != 0 }
            #expect(ended?.status == 77, "\(command): \(String(describing: ended))")
            #expect(
                ended?.lastLine.contains("the store refuses \(words) (NOPERM from Redis at unix:") == true, "\(command)"
            )
            #expect(outcomes.allSatisfy { !$0.error.contains("SECRET") })
        }
    }

    @Test("are for keys of dist-lda alone", arguments: ["shard", "listener", "keeper"])
    func keys(name: String) async throws {
        let place = try Place(User(name))
        #expect(try User(name).rules.filter { $0.hasPrefix("~") } == ["~dlda:*"])
        try place.server.command("ACL", "SETUSER", name, "resetkeys", "~dlda:{other*")
        let life = try #require(Self.lives.first { $0.name == name }).life
        #expect(try await life(place).contains { $0.status == 77 && $0.error.contains("NOPERM") })
    }
}

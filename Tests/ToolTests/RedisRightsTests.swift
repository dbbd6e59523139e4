import Foundation
import TestSupport
import Testing

/// The rights that docs/redis.md lists for users, on a real server: they are sufficient, and none of them can be
/// omitted.
@Suite("The minimal rights of a user in Redis")
struct RedisRightsTests {
    /// A user of docs/redis.md.
    private struct User {
        let name: String
        /// The arguments of ACL SETUSER.
        let rules: [String]

        var commands: [String] { rules.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) } }

        /// Returns the user of that name, as defined on the page.
        init(_ name: String) throws {
            let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../docs/redis.md")
            let line = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
                .first { $0.hasPrefix("    ACL SETUSER \(name) ") }
            rules = try #require(line).split(separator: " ").dropFirst(2).map(String.init)
            self.name = name
        }
    }

    /// A server with the user, without the right to one command, and the tools that connect as that user.
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

    /// The tasks that a user must be able to perform, one run of a tool after another.
    private typealias Life = @Sendable (Place) async throws -> [BuiltTool.Outcome]

    private static let lives: [(name: String, life: Life)] = [
        (
            "shard",
            { place in
                // A block whose words are damaged is started again, a shard that has never reported is removed from the
                // index of their pace, and a run that has finished is removed.
                try place.server.command("ZADD", "dlda:{data}:pace", "0", "7")
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
                // A tag that cannot be read is written again; a contribution without a shard is removed.
                try place.server.command("HSET", "dlda:{data/0}", "t/0", "?", "t/7", "1 2 0123456789abcdef")
                try place.server.command("SET", "dlda:{data/0}:c/7", "junk")
                var outcomes: [BuiltTool.Outcome] = []
                for command in ["repair", "audit", "status", "words", "topics", "remove-shard", "flush"] {
                    let flags =
                        command == "remove-shard" ? ["--shard=0", "--force"] : command == "words" ? ["word"] : []
                    outcomes.append(try await place.run(.main, ["store", command, "--run=data"] + flags))
                }
                outcomes.append(try await place.run(.main, ["store", "status"]))
                // A run whose manifest is damaged is searched for among all keys.
                try place.server.command("HSET", "dlda:{data}:run", "id", "?", "blocks", "?")
                outcomes.append(try await place.run(.main, ["store", "flush", "--run=data"]))
                return outcomes
            }
        ),
    ]

    @Test("are sufficient", arguments: ["shard", "listener", "keeper"])
    func enough(name: String) async throws {
        let life = try #require(Self.lives.first { $0.name == name }).life
        for outcome in try await life(Place(User(name))) { #expect(outcome.status == 0, "\(outcome.error)") }
    }

    @Test(
        "are all necessary: without the right to a command, a tool ends with 77 and names the command",
        arguments: ["shard", "listener", "keeper"])
    func needed(name: String) async throws {
        let life = try #require(Self.lives.first { $0.name == name }).life
        let user = try User(name)
        try #require(user.commands.count > 5)
        // A write appends only after a write of another shard (`ShardLedger`), which does not happen in a run of one
        // shard.
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

    @Test("apply only to the keys of dist-lda", arguments: ["shard", "listener", "keeper"])
    func keys(name: String) async throws {
        let place = try Place(User(name))
        #expect(try User(name).rules.filter { $0.hasPrefix("~") } == ["~dlda:*"])
        try place.server.command("ACL", "SETUSER", name, "resetkeys", "~dlda:{other*")
        let life = try #require(Self.lives.first { $0.name == name }).life
        #expect(try await life(place).contains { $0.status == 77 && $0.error.contains("NOPERM") })
    }
}

import ArgumentParser

/// `dist-lda store`: the runs in a Redis server.
struct Store: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Looks after the runs in a Redis server, while shards go on.",
        subcommands: [Status.self, Audit.self, Repair.self, RemoveShard.self, Flush.self, Words.self, Topics.self])
}

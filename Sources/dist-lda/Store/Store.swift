import ArgumentParser

/// `dist-lda store`: inspects and maintains the runs in a Redis server.
struct Store: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Inspects and maintains the runs in a Redis server, even while shards run.",
        subcommands: [Status.self, Audit.self, Repair.self, RemoveShard.self, Flush.self, Words.self, Topics.self])
}

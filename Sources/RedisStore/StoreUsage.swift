/// What a run takes in its store, and what the store's servers have done since they started, for all their clients.
package struct StoreUsage: Sendable, Equatable {
    /// Blocks of the run that hold anything.
    package var blocks = 0
    /// Memory of the run's keys, in bytes.
    package var runBytes = 0
    /// Memory of all that is in the servers, in bytes.
    package var usedBytes = 0
    package var receivedBytes = 0
    package var sentBytes = 0
    package var commands: [Command] = []

    /// What the servers have done of one command.
    package struct Command: Sendable, Equatable {
        package let name: String
        package var calls: Int
        package var microseconds: Int
    }
}

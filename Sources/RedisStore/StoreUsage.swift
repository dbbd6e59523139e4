/// The memory that a run uses in its store, and the traffic and commands of the store's servers since they started, for
/// all their clients.
package struct StoreUsage: Sendable, Equatable {
    /// The number of blocks of the run that are not empty.
    package var blocks = 0
    /// The memory of the run's keys, in bytes.
    package var runBytes = 0
    /// The memory that the servers use in total, in bytes.
    package var usedBytes = 0
    package var receivedBytes = 0
    package var sentBytes = 0
    package var commands: [Command] = []

    /// The calls and the time of one command on all servers.
    package struct Command: Sendable, Equatable {
        package let name: String
        package var calls: Int
        package var microseconds: Int
    }
}

/// The store was unavailable for longer than the user allows (`--max-outage`). (Exit code 75.)
package struct OutageError: Error, Equatable, CustomStringConvertible {
    package let seconds: Double
    /// The last error of the store's client.
    package let reason: String

    package init(seconds: Double, reason: String) {
        (self.seconds, self.reason) = (seconds, reason)
    }

    package var description: String {
        "the store has been unavailable for \(Int(seconds)) seconds, longer than --max-outage allows (\(reason)): "
            + "start the same command again when it is available"
    }
}

/// The store was away for longer than the user allows (`--max-outage`). (75)
package struct OutageError: Error, Equatable, CustomStringConvertible {
    package let seconds: Double
    /// What the store's client last said.
    package let reason: String

    package init(seconds: Double, reason: String) {
        (self.seconds, self.reason) = (seconds, reason)
    }

    package var description: String {
        "the store has been away for \(Int(seconds)) seconds, longer than --max-outage allows (\(reason)): "
            + "start the same command again when it is back"
    }
}

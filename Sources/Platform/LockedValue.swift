import Synchronization

/// A value that several tasks share. It is read and updated under a lock.
package final class LockedValue<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) {
        state = Mutex(value)
    }

    package var value: Value {
        state.withLock { $0 }
    }

    package func update<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}

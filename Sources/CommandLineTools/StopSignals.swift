import Platform
import Synchronization

/// SIGTERM and SIGINT as requests to stop. The first signal is recorded, and the tool stops when it is ready. A second
/// signal of the same kind ends the process at once, with exit code 128 + its number.
///
/// The kinds are counted separately because Ctrl-C reaches a whole foreground process group, and a launcher in that
/// group may then send SIGTERM: both belong to one request. Signal handlers belong to the process, so the state is
/// global; it is an atomic because a handler may not touch anything else.
package enum StopSignals {
    /// Bit n is set once signal n has arrived.
    private static let received = Atomic<UInt32>(0)

    /// Installs the handlers: from now on the first signal of a kind is recorded instead of ending the process.
    package static func install() {
        _ = isRequested  // Initialises the global before a handler can access it.
        signal(SIGTERM, note)
        signal(SIGINT, note)
    }

    /// Whether a stop has been requested.
    package static var isRequested: Bool { received.load(ordering: .acquiring) != 0 }

    private static let note: @convention(c) (Int32) -> Void = { number in
        let bit: UInt32 = 1 << UInt32(number)
        let before = StopSignals.received.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue
        if before & bit != 0 { _exit(128 + number) }
    }

    /// Waits until a stop is requested.
    package static func requested() async {
        while !isRequested { await pause(seconds: 1) }
    }

    /// Waits for `seconds`, or less if a stop is requested (noticed within 0.1 s) or the task is cancelled.
    package static func pause(seconds: Double) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isRequested {
            let rest = ContinuousClock.now.duration(to: end)
            if rest <= .zero { return }
            do { try await Task.sleep(for: min(rest, .milliseconds(100))) } catch { return }
        }
    }
}

import Dispatch
package import Logging
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

    /// Whether the process has begun the work that a stop ends in an orderly way.
    private static let hasBegun = Atomic<Bool>(false)

    /// Installs the handlers for a process that first prepares its work, in phases that cannot be interrupted, such as
    /// reading files. A signal before `workBegins()` ends the process within 0.1 s, with exit code 128 + its number,
    /// because nothing would be kept. The first signal after it is logged, because the end of the work may take a
    /// while.
    /// - Parameter cleanUp: called before the process ends early.
    package static func install(_ logger: Logger, cleanUp: @escaping @Sendable () -> Void) {
        install()
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "signals"))
        timer.setEventHandler {
            guard isRequested else { return }
            if !hasBegun.load(ordering: .acquiring) {
                logger.error("stopped on request before training began; no model was written")
                cleanUp()
                _exit(128 + (received.load(ordering: .acquiring) & 1 << UInt32(SIGTERM) != 0 ? SIGTERM : SIGINT))
            }
            logger.notice(
                """
                stopping on request: the sweep in progress ends and the results are stored; a second signal ends the \
                process at once
                """)
            timer.cancel()
        }
        timer.schedule(deadline: .now(), repeating: .milliseconds(100))
        timer.resume()
    }

    /// Notes that from now on a stop must be orderly.
    package static func workBegins() { hasBegun.store(true, ordering: .releasing) }

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

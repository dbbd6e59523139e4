import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGTERM and SIGINT as a wish to end: the first is noted and the tool ends in its own time; a second one of the same
/// kind ends the process at once, with 128 + its number.
///
/// (Of the same kind, because Ctrl-C reaches a whole foreground group, and a launcher in it then sends SIGTERM: that is
/// one wish.) Signals belong to the process, hence the one global, an atomic, which is all that a handler may touch.
package enum StopSignals {
    /// Bit n is set once signal n has arrived.
    private static let received = Atomic<UInt32>(0)

    /// From here on signals are noted rather than fatal.
    package static func install() {
        _ = isRequested  // Makes sure that the global exists before a handler touches it.
        signal(SIGTERM, note)
        signal(SIGINT, note)
    }

    /// Whether to end.
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

    /// Waits; less if a stop is requested meanwhile (noticed within 0.1 s) or the task is cancelled.
    package static func pause(seconds: Double) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isRequested {
            let rest = ContinuousClock.now.duration(to: end)
            if rest <= .zero { return }
            do { try await Task.sleep(for: min(rest, .milliseconds(100))) } catch { return }
        }
    }
}

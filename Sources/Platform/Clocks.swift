/// The system clock.
package enum WallClock {
    /// Returns the milliseconds since 1970.
    package static func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}

extension ContinuousClock.Instant {
    /// The seconds from this instant to now.
    package var secondsSince: Double {
        let passed = (ContinuousClock.now - self).components
        return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    }
}

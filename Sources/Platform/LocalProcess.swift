/// The processes of this machine.
package enum LocalProcess {
    /// Returns whether no process has this number. If one has, it may be a different process that reuses the number.
    package static func hasEnded(_ number: Int) -> Bool {
        guard let number = pid_t(exactly: number), number > 0 else { return false }
        return kill(number, 0) != 0 && errno == ESRCH
    }
}

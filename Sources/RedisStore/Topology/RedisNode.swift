/// One server and, while all is well, the one session with it: opened when first needed, dropped after any doubt.
final class RedisNode {
    struct TimeLimits: Sendable {
        /// For one try to open a connection.
        var connecting: Duration
        /// For each silence of the server while an answer is due.
        var reply: Duration
    }

    let address: RedisAddress
    let limits: TimeLimits
    private var session: RedisSession?

    init(_ address: RedisAddress, limits: TimeLimits) {
        (self.address, self.limits) = (address, limits)
    }

    /// Facts of the server, nil or false while there is no session.
    var process: String? { session?.process }
    var isClusterNode: Bool { session?.isClusterNode ?? false }
    var isOpen: Bool { session != nil }

    /// Makes sure that there is a session. Returns whether it is a new one.
    func open(connecting: Duration? = nil) throws(ServerFailure) -> Bool {
        if session != nil { return false }
        do throws(RedisError) {
            session = try RedisSession.open(
                to: address, connecting: connecting ?? limits.connecting, timeout: limits.reply)
        } catch { throw ServerFailure(error: error, address: address) }
        return true
    }

    func close() { session = nil }

    func forgetScripts() { session?.forgetScripts() }

    /// Does something with the open session, which is dropped if that leaves it out of step.
    func withSession<Result>(
        _ body: (inout RedisSession) throws(RedisError) -> Result
    ) throws(ServerFailure) -> Result {
        do throws(RedisError) {
            guard var open = session.take() else { throw .failure(.closed(lastWords: nil)) }
            do throws(RedisError) {
                let result = try body(&open)
                session = consume open
                return result
            } catch {
                if error.leavesConnectionInStep { session = consume open }
                throw error
            }
        } catch { throw ServerFailure(error: error, address: address) }
    }
}

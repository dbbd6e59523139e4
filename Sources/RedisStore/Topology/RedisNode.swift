/// One server and the session with it, which is opened when first needed and dropped after an error that leaves it in
/// an undefined state.
final class RedisNode {
    struct TimeLimits: Sendable {
        /// The limit for one attempt to open a connection.
        var connecting: Duration
        /// The limit for the time without any data while a reply is awaited.
        var reply: Duration
    }

    let address: RedisAddress
    let limits: TimeLimits
    private var session: RedisSession?

    init(_ address: RedisAddress, limits: TimeLimits) {
        (self.address, self.limits) = (address, limits)
    }

    /// Properties of the server; nil or false while there is no session.
    var process: String? { session?.process }
    var isClusterNode: Bool { session?.isClusterNode ?? false }
    var isOpen: Bool { session != nil }

    /// Opens a session unless there is one. Returns whether it is new.
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

    /// Calls `body` with the open session. The session is dropped if an error leaves it in an undefined state.
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

import CHiredis

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection to a server: bytes out, replies in, in order.
///
/// hiredis opens the socket (names, IPv4 and IPv6, unix sockets, the time limits) and closes it. What crosses it is
/// sent and read here: `ReplyParser` says why for the replies; and a write of hiredis to a closed socket raises
/// SIGPIPE, which ends a process that does not expect it, where `send` can be told not to.
///
/// A connection that has thrown is out of step with its server: its owner drops it, which closes it.
struct RedisConnection: ~Copyable {
    enum Failure: Error, Equatable {
        /// Could not be opened; the words of the system.
        case unreachable(String)
        /// No byte came, or could be sent, for this many seconds.
        case timeout(seconds: Double)
        /// The server closed it. Often it says why just before.
        case closed(lastWords: ServerError?)
        /// Another failure of the socket; the words of the system.
        case broken(String)
        case garbled(ReplyParser.Fault)
    }

    private let context: UnsafeMutablePointer<redisContext>
    private let timeout: Duration
    private var parser = ReplyParser()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    private init(owning context: UnsafeMutablePointer<redisContext>, timeout: Duration) {
        self.context = context
        self.timeout = timeout
    }

    /// Opens a connection within the time `connecting`; `timeout` is for each later silence while an answer is due.
    static func open(
        to endpoint: RedisAddress.Endpoint, connecting: Duration, timeout: Duration
    ) throws(Failure) -> RedisConnection {
        let context =
            switch endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeval(connecting))
            case .unix(let path): redisConnectUnixWithTimeout(path, timeval(connecting))
            }
        guard let context else { throw .unreachable("out of memory") }
        // from here on it is closed by whoever drops the connection
        let connection = RedisConnection(owning: context, timeout: timeout)
        guard context.pointee.err == REDIS_OK else { throw .unreachable(connection.words) }
        guard redisSetTimeout(context, timeval(timeout)) == REDIS_OK else { throw .broken(connection.words) }
        if case .tcp = endpoint { redisEnableKeepAlive(context) }
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(context.pointee.fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        return connection
    }

    deinit { redisFree(context) }

    /// Sends bytes of commands. Their replies are received apart, so that several servers can be at work at once.
    mutating func send(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        do throws(Failure) { try push(bytes) } catch .closed { throw .closed(lastWords: lastWords()) }
    }

    /// The next `count` replies.
    mutating func receive(_ count: Int) throws(Failure) -> [RedisReply] {
        var replies: [RedisReply] = []
        replies.reserveCapacity(count)
        do throws(Failure) {
            while replies.count < count {
                if let reply = try next() { replies.append(reply) } else { try pull() }
            }
        } catch .closed {
            throw .closed(lastWords: lastWords() ?? replies.last?.error)
        }
        return replies
    }

    /// What the server said before it hung up, which may still be unread.
    private mutating func lastWords() -> ServerError? {
        var last: RedisReply?
        while let reply = try? next() { last = reply }
        return last?.error
    }

    private mutating func next() throws(Failure) -> RedisReply? {
        do throws(ReplyParser.Fault) { return try parser.next() } catch { throw .garbled(error) }
    }

    private func push(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        var sent = bytes.startIndex
        while sent < bytes.endIndex {
            let count = bytes[sent...].withUnsafeBytes {
                #if canImport(Darwin)
                    Darwin.send(context.pointee.fd, $0.baseAddress, $0.count, 0)
                #elseif canImport(Musl)
                    Musl.send(context.pointee.fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                #else
                    Glibc.send(context.pointee.fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                #endif
            }
            if count < 0 { try check(errno) } else { sent += count }
        }
    }

    private mutating func pull() throws(Failure) {
        let capacity = chunk.count
        let count = recv(context.pointee.fd, &chunk, capacity, 0)
        if count == 0 { throw .closed(lastWords: nil) }
        if count < 0 { try check(errno) } else { parser.append(chunk[..<count]) }
    }

    /// Throws what the error number means; returns if the call was only interrupted.
    private func check(_ number: Int32) throws(Failure) {
        switch number {
        case EINTR: return
        case EAGAIN, EWOULDBLOCK: throw .timeout(seconds: timeout / .seconds(1))
        case EPIPE, ECONNRESET: throw .closed(lastWords: nil)
        default: throw .broken(String(cString: strerror(number)))
        }
    }

    /// What hiredis says of its last failure.
    private var words: String {
        withUnsafeBytes(of: &context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

private func timeval(_ duration: Duration) -> timeval {
    let (seconds, attoseconds) = duration.components
    return .init(tv_sec: .init(seconds), tv_usec: .init(attoseconds / 1_000_000_000_000))
}

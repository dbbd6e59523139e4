import CHiredis
import Platform

/// A socket that hiredis opens (resolving names, IPv4 and IPv6, unix sockets, with time limits) and closes.
///
/// Bytes are sent and received by this class. A write by hiredis to a closed socket would raise SIGPIPE, which
/// terminates a process that does not handle it; `send` has a flag that prevents this.
final class Socket: Transport {
    /// The time to wait for the other side while data is awaited.
    private(set) var timeout: Duration = .zero
    private let context: UnsafeMutablePointer<redisContext>

    private init(owning context: UnsafeMutablePointer<redisContext>) { self.context = context }

    /// Opens a socket within the time `connecting`, which is also its initial `timeout`.
    static func open(
        to endpoint: RedisAddress.Endpoint, connecting: Duration
    ) throws(RedisConnection.Failure) -> Socket {
        let context =
            switch endpoint {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeval(connecting))
            case .unix(let path): redisConnectUnixWithTimeout(path, timeval(connecting))
            }
        guard let context else { throw .unreachable("out of memory") }
        // From here on, the socket is closed when the object is released.
        let socket = Socket(owning: context)
        guard context.pointee.err == REDIS_OK else { throw .unreachable(socket.words) }
        try socket.wait(atMost: connecting)
        if case .tcp = endpoint { redisEnableKeepAlive(context) }
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(context.pointee.fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        return socket
    }

    deinit { redisFree(context) }

    /// Sets `timeout`, which must be greater than zero.
    func wait(atMost timeout: Duration) throws(RedisConnection.Failure) {
        guard redisSetTimeout(context, timeval(timeout)) == REDIS_OK else { throw .broken(words) }
        self.timeout = timeout
    }

    #if canImport(Darwin)
        private static let flags: Int32 = 0
    #else
        /// A closed connection is reported by an error, not by a signal.
        private static let flags = Int32(MSG_NOSIGNAL)
    #endif

    func send(_ bytes: RawSpan) throws(RedisConnection.Failure) {
        var sent = 0
        while sent < bytes.byteCount {
            let count = bytes.extracting(sent...).withUnsafeBytes {
                Platform.send(context.pointee.fd, $0.baseAddress, $0.count, Self.flags)
            }
            if count < 0 { try check(errno) } else { sent += count }
        }
    }

    func receive(into buffer: inout [UInt8]) throws(RedisConnection.Failure) -> Int {
        let capacity = buffer.count
        while true {
            let count = recv(context.pointee.fd, &buffer, capacity, 0)
            if count > 0 { return count }
            if count == 0 { throw .closed(lastWords: nil) }
            try check(errno)
        }
    }

    /// Throws the failure for an error number; returns if the call was only interrupted.
    private func check(_ number: Int32) throws(RedisConnection.Failure) {
        switch number {
        case EINTR: return
        case EAGAIN, EWOULDBLOCK: throw .timeout(seconds: timeout / .seconds(1))
        case EPIPE, ECONNRESET: throw .closed(lastWords: nil)
        default: throw .broken(String(cString: strerror(number)))
        }
    }

    /// The message of hiredis for its last failure.
    private var words: String {
        withUnsafeBytes(of: &context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

private func timeval(_ duration: Duration) -> timeval {
    let (seconds, attoseconds) = duration.components
    return .init(tv_sec: .init(seconds), tv_usec: .init(attoseconds / 1_000_000_000_000))
}

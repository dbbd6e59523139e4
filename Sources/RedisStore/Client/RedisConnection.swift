/// One connection to a server. It sends bytes and receives replies in order. (`ReplyParser` says why hiredis is not
/// used to read them.)
///
/// After a call has thrown, requests and replies may no longer correspond. The owner then has to discard the
/// connection, which closes it.
struct RedisConnection: ~Copyable {
    enum Failure: Error, Equatable {
        /// The connection could not be opened. The value is the system's message.
        case unreachable(String)
        /// No byte was received, or could be sent, for this many seconds.
        case timeout(seconds: Double)
        /// The server closed the connection. It often sends an error with the reason just before.
        case closed(lastWords: ServerError?)
        /// The server closed the connection without having sent anything.
        case closedUnheard
        /// Another failure of the socket. The value is the system's message.
        case broken(String)
        case garbled(ReplyParser.Fault)
        /// The connection would not be as secure as the address requires.
        case unsafe(TLSFault)
    }

    private let transport: any Transport
    private var parser = ReplyParser()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)
    /// Whether a byte has been received.
    private var isHeard: Bool

    private init(over transport: any Transport, isHeard: Bool) {
        self.transport = transport
        self.isHeard = isHeard
    }

    /// Opens a connection within the time `connecting`, which includes the TLS handshake. `timeout` limits the time
    /// without any data while a reply is awaited later.
    static func open(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(Failure) -> RedisConnection {
        guard let encryption = address.encryption, case .tcp(let host, _) = address.endpoint else {
            let socket = try Socket.open(to: address.endpoint, connecting: connecting)
            try socket.wait(atMost: timeout)
            return RedisConnection(over: socket, isHeard: false)
        }
        // The last part of the time is reserved for checking whether the server answers without TLS.
        let look = min(connecting / 4, .seconds(1))
        let deadline = ContinuousClock.now + connecting - look
        let socket = try Socket.open(to: address.endpoint, connecting: connecting - look)
        do throws(Failure) {
            let channel = try TLSChannel(over: socket, to: host, encryption, deadline: deadline)
            try socket.wait(atMost: timeout)
            return RedisConnection(over: channel, isHeard: true)
        } catch .timeout {
            if let words = plainWords(of: address.endpoint, within: look) { throw .unsafe(.notTLS(words)) }
            throw .unreachable("it has not begun the TLS handshake in time")
        }
    }

    /// Returns the reply to PING of a Redis server without TLS, which does not react to a TLS handshake; nil if there
    /// is no such server.
    private static func plainWords(of endpoint: RedisAddress.Endpoint, within time: Duration) -> [UInt8]? {
        var words = [UInt8](repeating: 0, count: 40)
        guard let socket = try? Socket.open(to: endpoint, connecting: time),
            (try? socket.send(Array("PING\r\n".utf8).span.bytes)) != nil,
            let count = try? socket.receive(into: &words), [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(words[0])
        else { return nil }
        return Array(words[..<count])
    }

    /// Sends the bytes of commands. Replies are received separately, so that several servers can work in parallel.
    mutating func send(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        do throws(Failure) { try transport.send(bytes.span.bytes) } catch .closed { throw try farewell(nil) }
    }

    /// Receives the next `count` replies.
    mutating func receive(_ count: Int) throws(Failure) -> [RedisReply] {
        var replies: [RedisReply] = []
        replies.reserveCapacity(count)
        do throws(Failure) {
            while replies.count < count {
                if let reply = try next() { replies.append(reply) } else { try pull() }
            }
        } catch .closed {
            throw try farewell(replies.last)
        }
        return replies
    }

    /// Returns the error to throw when the server has closed the connection. It includes the last error that the server
    /// sent, which may still be unread.
    private mutating func farewell(_ reply: RedisReply?) throws(Failure) -> Failure {
        do throws(Failure) { while true { try pull() } } catch {
            if case .unsafe = error { throw error }
        }
        var last = reply
        while let reply = try? next() { last = reply }
        if let words = last?.error { return .closed(lastWords: words) }
        return isHeard ? .closed(lastWords: nil) : .closedUnheard
    }

    private mutating func next() throws(Failure) -> RedisReply? {
        do throws(ReplyParser.Fault) { return try parser.next() } catch { throw .garbled(error) }
    }

    private mutating func pull() throws(Failure) {
        let count = try transport.receive(into: &chunk)
        isHeard = true
        parser.append(chunk[..<count])
    }
}

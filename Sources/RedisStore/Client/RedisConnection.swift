/// One connection to a server: bytes out, replies in, in order. `ReplyParser` says why hiredis does not read them.
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
        /// The server closed it, through which nothing had come yet.
        case closedUnheard
        /// Another failure of the socket; the words of the system.
        case broken(String)
        case garbled(ReplyParser.Fault)
        /// The connection would not be as safe as the address asks.
        case unsafe(TLSFault)
    }

    private let transport: any Transport
    private var parser = ReplyParser()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)
    /// Whether a byte has come.
    private var isHeard: Bool

    private init(over transport: any Transport, isHeard: Bool) {
        self.transport = transport
        self.isHeard = isHeard
    }

    /// Opens a connection within the time `connecting`, which includes the handshake of TLS; `timeout` is for each later
    /// silence while an answer is due.
    static func open(
        to address: RedisAddress, connecting: Duration, timeout: Duration
    ) throws(Failure) -> RedisConnection {
        guard let encryption = address.encryption, case .tcp(let host, _) = address.endpoint else {
            let socket = try Socket.open(to: address.endpoint, connecting: connecting)
            try socket.wait(atMost: timeout)
            return RedisConnection(over: socket, isHeard: false)
        }
        // the last part of the time is for a look at what may answer instead
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

    /// What a Redis without TLS, which is silent when spoken to in TLS, answers to PING; nil if there is none.
    private static func plainWords(of endpoint: RedisAddress.Endpoint, within time: Duration) -> [UInt8]? {
        var words = [UInt8](repeating: 0, count: 40)
        guard let socket = try? Socket.open(to: endpoint, connecting: time),
            (try? socket.send(Array("PING\r\n".utf8).span.bytes)) != nil,
            let count = try? socket.receive(into: &words), [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(words[0])
        else { return nil }
        return Array(words[..<count])
    }

    /// Sends bytes of commands. Their replies are received apart, so that several servers can be at work at once.
    mutating func send(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        do throws(Failure) { try transport.send(bytes.span.bytes) } catch .closed { throw try farewell(nil) }
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
            throw try farewell(replies.last)
        }
        return replies
    }

    /// What to throw when the server has hung up: what it said before, the last thing of which may still be unread.
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

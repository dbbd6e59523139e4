/// The commands of a call that are sent to one server, one window of commands at a time.
struct NodeBatch {
    let node: RedisNode
    /// The places of the commands in the call's list, and whether each is sent with ASKING.
    private var commands: [(place: Int, asking: Bool)] = []
    /// The commands that are in flight. Those before them are done.
    private var window = 0..<0
    private var bytes: [UInt8] = []
    private var sent = 0

    init(to node: RedisNode) {
        self.node = node
    }

    var isDone: Bool { window.isEmpty && window.upperBound == commands.count }
    var isAwaited: Bool { !window.isEmpty }
    var hasUnsent: Bool { sent < bytes.count }

    fileprivate mutating func add(_ command: Int, asking: Bool) { commands.append((command, asking)) }

    /// Begins the next window of commands: at most `count` commands, ending with the command that reaches `limit`
    /// bytes.
    mutating func begin(_ all: [RedisCommand], window count: Int, bytes limit: Int) throws(ServerFailure) {
        let first = window.upperBound
        var (end, size) = (first, 0)
        while end < commands.count, end - first < count, size < limit {
            size += all[commands[end].place].size
            end += 1
        }
        let next = commands[first..<end]
        bytes = try node.withSession { session throws(RedisError) in try session.encode(next, of: all, size: size) }
        (window, sent) = (first..<end, 0)
    }

    /// Sends the next `count` bytes of the window.
    mutating func send(atMost count: Int) throws(ServerFailure) {
        let slice = bytes[sent..<sent + min(count, bytes.count - sent)]
        do throws(ServerFailure) {
            try node.withSession { session throws(RedisError) in try session.send(slice) }
            sent = slice.endIndex
        } catch {
            abandon()
            throw error
        }
    }

    /// Receives the replies to the window, each with its command's place.
    mutating func receive() throws(ServerFailure) -> [(place: Int, reply: RedisReply)] {
        defer { abandon() }
        let awaited = commands[window]
        let count = awaited.reduce(0) { $0 + ($1.asking ? 2 : 1) }
        let replies = try node.withSession { session throws(RedisError) in try session.receive(count) }
        var index = 0
        return awaited.map { command in
            index += command.asking ? 2 : 1
            return (command.place, replies[index - 1])
        }
    }

    /// Marks the window as done.
    private mutating func abandon() {
        (window, bytes, sent) = (window.upperBound..<window.upperBound, [], 0)
    }
}

extension [NodeBatch] {
    /// Adds a command to the batch of its target server.
    mutating func add(_ command: Int, to target: Redirection) {
        if let batch = firstIndex(where: { $0.node === target.node }) {
            self[batch].add(command, asking: target.asking)
        } else {
            append(NodeBatch(to: target.node))
            self[count - 1].add(command, asking: target.asking)
        }
    }
}

import Platform

/// Runs commands on the servers that have their keys, and returns the replies in the order of the commands. Many
/// commands are in flight at once, and all servers work in parallel.
///
/// If a server refuses a command because the key is elsewhere or the script is not loaded, the command has not been
/// executed, and is sent again to the right server. The commands of one call may be executed in any order, except for
/// commands with the same key.
struct RedisPipeline {
    private var topology: any RedisTopology

    /// The limits of the commands sent to a server before their replies are read. They are high enough to hide the
    /// network latency, and low enough to bound the data that is queued at the server.
    private static let windowCommands = 64
    private static let windowBytes = 4 << 20
    /// The number of bytes sent to one server before the next one gets its turn. It is less than the buffer of a
    /// socket, so that no server is idle because another one is slow.
    private static let slice = 64 << 10
    /// The number of times a command is sent again before the call fails as unavailable, and the pause before each of
    /// them after the first few, in microseconds. Together they take two and a half seconds, enough for the keys of a
    /// slot that is being moved to arrive.
    private static let redirections = 250
    private static let pause: UInt32 = 10_000

    init(over topology: any RedisTopology) {
        self.topology = topology
    }

    /// Connects to all known servers.
    mutating func connect(within time: Duration) throws(ServerFailure) {
        try prepare(connecting: time)
        for node in topology.nodes { try open(node, connecting: time) }
    }

    /// Runs commands. Returns their replies; throws if one of them is an error.
    mutating func perform(_ commands: [RedisCommand]) throws(ServerFailure) -> [RedisReply] {
        try prepare(connecting: nil)
        var replies = [RedisReply](repeating: .null, count: commands.count)
        var batches = try batches(of: commands)
        var round = 0
        while !batches.isEmpty {
            if round > 3 { usleep(Self.pause) }
            batches = try run(&batches, commands, into: &replies, isLast: round == Self.redirections)
            round += 1
        }
        return replies
    }

    /// Returns the keys that match a pattern. The keys of server i have the number i. O(keys of all servers).
    mutating func keys(matching pattern: String) throws(ServerFailure) -> [RedisKey] {
        try prepare(connecting: nil)
        var found: [RedisKey] = []
        for (number, node) in topology.nodes.enumerated() {
            try open(node)
            try node.withSession { session throws(RedisError) in
                found += try session.keys(matching: pattern).map { RedisKey(text: $0, number: number) }
            }
        }
        return found
    }

    /// Runs commands without keys on each server. Returns the replies of each server.
    mutating func performOnEach(_ commands: [RedisCommand]) throws(ServerFailure) -> [[RedisReply]] {
        try prepare(connecting: nil)
        var replies: [[RedisReply]] = []
        for node in topology.nodes {
            try open(node)
            try node.withSession { session throws(RedisError) in replies.append(try session.perform(commands)) }
        }
        return replies
    }

    /// Marks the knowledge about the servers as possibly out of date, after a failure at `address`.
    mutating func distrust(_ address: RedisAddress) { topology.distrust(address) }

    /// Drops every session, after invalid replies.
    func closeAll() {
        for node in topology.nodes { node.close() }
    }

    private mutating func prepare(connecting: Duration?) throws(ServerFailure) {
        while let other = try topology.prepare(connecting: connecting) { topology = other }
    }

    private func open(_ node: RedisNode, connecting: Duration? = nil) throws(ServerFailure) {
        guard try node.open(connecting: connecting) else { return }
        do throws(ServerFailure) { try topology.check(node) } catch {
            node.close()
            throw error
        }
    }

    // MARK: A round, in which every open command is sent and answered once

    private func batches(of commands: [RedisCommand]) throws(ServerFailure) -> [NodeBatch] {
        var batches: [NodeBatch] = []
        for (index, command) in commands.enumerated() {
            let node = try topology.node(of: command.key ?? RedisKey(text: "", number: 0))
            batches.add(index, to: Redirection(node: node))
        }
        return batches
    }

    /// Runs one round. Returns the commands that have to be sent again.
    private mutating func run(
        _ batches: inout [NodeBatch], _ commands: [RedisCommand], into replies: inout [RedisReply], isLast: Bool
    ) throws(ServerFailure) -> [NodeBatch] {
        var again: [NodeBatch] = []
        var refusal: (node: RedisNode, command: RedisCommand, error: ServerError)?
        while batches.contains(where: { !$0.isDone }) {
            for (node, answers) in try exchangeWindows(&batches, commands) {
                for (place, reply) in answers {
                    guard let error = reply.error else {
                        replies[place] = reply
                        continue
                    }
                    if !isLast, let redirection = redirection(after: error, from: node) {
                        again.add(place, to: redirection)
                    } else if refusal == nil {
                        refusal = (node, commands[place], error)
                    }
                }
            }
        }
        if let refusal {
            try refusal.node.withSession { session throws(RedisError) in
                throw try session.refusal(of: refusal.command, refusal.error)
            }
        }
        return again
    }

    private mutating func redirection(after error: ServerError, from node: RedisNode) -> Redirection? {
        if error.has("NOSCRIPT") {
            // (If the key is being moved to this node, its next reply will say which node has it.)
            node.forgetScripts()
            return Redirection(node: node)
        }
        return topology.redirect(error, from: node)
    }

    /// Sends a window of each batch, alternating between the servers, and then receives all replies.
    private func exchangeWindows(
        _ batches: inout [NodeBatch], _ commands: [RedisCommand]
    ) throws(ServerFailure) -> [(node: RedisNode, answers: [(place: Int, reply: RedisReply)])] {
        var failure: ServerFailure?
        // If a server fails, the replies of the others are received before the failure is thrown.
        func attempt(_ body: () throws(ServerFailure) -> Void) {
            do throws(ServerFailure) { try body() } catch { failure = failure ?? error }
        }
        for index in batches.indices where !batches[index].isDone {
            attempt { () throws(ServerFailure) in
                try open(batches[index].node)
                try batches[index].begin(commands, window: Self.windowCommands, bytes: Self.windowBytes)
            }
        }
        let slice = batches.count == 1 ? Int.max : Self.slice
        while batches.contains(where: \.hasUnsent) {
            for index in batches.indices where batches[index].hasUnsent {
                attempt { () throws(ServerFailure) in try batches[index].send(atMost: slice) }
            }
        }
        var answered: [(node: RedisNode, answers: [(place: Int, reply: RedisReply)])] = []
        for index in batches.indices where batches[index].isAwaited {
            attempt { () throws(ServerFailure) in
                answered.append((batches[index].node, try batches[index].receive()))
            }
        }
        if let failure { throw failure }
        return answered
    }
}

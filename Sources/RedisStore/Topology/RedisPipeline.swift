#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs commands on the servers that have their keys, many on the way at once and all servers at work at once, and puts
/// the replies back in order.
///
/// A command that a server refuses because the key is elsewhere, or its script unknown there, is sent again where it
/// belongs; it has not been done. Commands of one call may overtake each other, unless they have the same key.
struct RedisPipeline {
    private var topology: any RedisTopology

    /// Commands sent to a server before their replies are read: enough to hide the way there, few enough to bound what
    /// waits there.
    private static let windowCommands = 64
    private static let windowBytes = 4 << 20
    /// What one server is sent before the next has its turn: less than what waits in a socket, so that no server is idle
    /// because another takes its time.
    private static let slice = 64 << 10
    /// Times that a command is sent again before the caller is told to come back later, and the pause before it after
    /// the first few: together two and a half seconds, in which the keys of a slot on the move have arrived.
    private static let redirections = 250
    private static let pause: UInt32 = 10_000

    init(over topology: any RedisTopology) {
        self.topology = topology
    }

    /// Connects all servers that are known.
    mutating func connect(within time: Duration) throws(ServerFailure) {
        try prepare(connecting: time)
        for node in topology.nodes { try open(node, connecting: time) }
    }

    /// Runs commands; their replies, none of which is an error.
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

    /// The keys that match a pattern, those of server i with the number i. O(keys of all servers).
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

    /// Runs commands without keys on each server; the replies of each.
    mutating func performOnEach(_ commands: [RedisCommand]) throws(ServerFailure) -> [[RedisReply]] {
        try prepare(connecting: nil)
        var replies: [[RedisReply]] = []
        for node in topology.nodes {
            try open(node)
            try node.withSession { session throws(RedisError) in replies.append(try session.perform(commands)) }
        }
        return replies
    }

    /// After a failure: what is known of the servers may be old.
    mutating func distrust(_ address: RedisAddress) { topology.distrust(address) }

    /// After answers that made no sense: every session is dropped.
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

    // MARK: A round: every open command is sent and answered once

    private func batches(of commands: [RedisCommand]) throws(ServerFailure) -> [NodeBatch] {
        var batches: [NodeBatch] = []
        for (index, command) in commands.enumerated() {
            let node = try topology.node(of: command.key ?? RedisKey(text: "", number: 0))
            batches.add(index, to: Redirection(node: node))
        }
        return batches
    }

    /// Returns what is to be sent again.
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
            // (of a key that is on its way to this node, it answers next who has it)
            node.forgetScripts()
            return Redirection(node: node)
        }
        return topology.redirect(error, from: node)
    }

    /// Sends a window of each batch, to all servers in turns, then receives all answers.
    private func exchangeWindows(
        _ batches: inout [NodeBatch], _ commands: [RedisCommand]
    ) throws(ServerFailure) -> [(node: RedisNode, answers: [(place: Int, reply: RedisReply)])] {
        var failure: ServerFailure?
        // whoever fails is left alone; the others' answers are received before the failure is told
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

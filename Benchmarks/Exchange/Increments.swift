import Counts

/// The method of the predecessor (josephreisinger/dist_lda, 2011): one hash per word with one field per topic. A shard
/// adds the changes since its last exchange with HINCRBY, and reads all words again with HGETALL. All commands are
/// pipelined.
enum Increments {
    struct Measured: Encodable {
        /// The processor seconds of Redis for the exchanges of one sweep of all shards: increments and reads.
        var cpu = 0.0
        var cpuWriting = 0.0
        /// The cells of the contributions exchanged, changed or not.
        var cells = 0
        var increments = 0
        var bytesReceived = 0.0
        var bytesSent = 0.0
        /// The memory of all words in bytes.
        var memory = 0.0
        /// The cells of the total.
        var totalCells = 0
    }

    /// The number of commands sent before their replies are read.
    private static let window = 1000

    static func measure(
        _ contributions: Recording.Contributions, shards: Int, topics: Int, _ server: Server
    ) throws -> Measured {
        try server.flush()
        let empty = try server.usage()
        for shard in 0..<shards { _ = try add(contributions, shard, from: nil, to: 0, topics: topics, server) }
        var measured = Measured()
        measured.memory = try server.usage().memory - empty.memory
        let start = try server.usage()
        for shard in 0..<shards {
            let began = try server.usage()
            measured.increments += try add(contributions, shard, from: 0, to: 1, topics: topics, server)
            measured.cpuWriting += (try server.usage() - began).cpu
            measured.cells += contributions.rows(shard: shard, sweep: 1).reduce(0) { $0 + $1.cells }
            measured.totalCells = try readAll(contributions, server)
        }
        let used = try server.usage() - start
        (measured.cpu, measured.bytesReceived, measured.bytesSent) = (used.cpu, used.received, used.sent)
        return measured
    }

    /// Adds the difference between the shard's counts at two sweeps. Returns the number of increments.
    private static func add(
        _ contributions: Recording.Contributions, _ shard: Int, from: Int?, to: Int, topics: Int, _ server: Server
    ) throws -> Int {
        let new = contributions.rows(shard: shard, sweep: to)
        let old = from.map { contributions.rows(shard: shard, sweep: $0) }
        var commands: [[String]] = []
        var count = 0
        var difference = [Int](repeating: 0, count: topics)
        for block in new.indices {
            for row in 0..<new[block].count {
                var touched: [Int] = []
                func take(_ rows: SparseRows, times sign: Int) {
                    for cell in rows.range(of: row) {
                        let topic = Int(rows.columns[cell])
                        if difference[topic] == 0 { touched.append(topic) }
                        difference[topic] += sign * Int(rows.amounts[cell])
                    }
                }
                take(new[block], times: 1)
                if let old { take(old[block], times: -1) }
                for topic in touched where difference[topic] != 0 {
                    commands.append(["HINCRBY", "w/\(block)/\(row)", "\(topic)", "\(difference[topic])"])
                    difference[topic] = 0
                }
                if commands.count >= window {
                    count += commands.count
                    try server.perform(commands)
                    commands = []
                }
            }
        }
        try server.perform(commands)
        return count + commands.count
    }

    /// Reads every word. Returns the number of cells, including those that are 0 again, which the predecessor keeps.
    private static func readAll(_ contributions: Recording.Contributions, _ server: Server) throws -> Int {
        let keys = contributions.words.indices.flatMap { block in
            contributions.words[block].indices.map { "w/\(block)/\($0)" }
        }
        return try stride(from: 0, to: keys.count, by: window).reduce(0) { sum, first in
            sum + (try server.perform(keys[first..<min(first + window, keys.count)].map { ["HGETALL", $0] })) / 2
        }
    }
}

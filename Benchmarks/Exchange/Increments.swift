import Counts

/// The predecessor's way (josephreisinger/dist_lda, 2011): a hash for each word, a field for each topic; a shard adds what has
/// changed since its last exchange by HINCRBY, and reads all words anew by HGETALL. Pipelined.
enum Increments {
    struct Measured: Encodable {
        /// Redis's seconds for the exchanges of a sweep of all shards: its increments and its reads.
        var cpu = 0.0
        var cpuWriting = 0.0
        /// Cells of the contributions exchanged, changed or not.
        var cells = 0
        var increments = 0
        var bytesReceived = 0.0
        var bytesSent = 0.0
        /// Bytes of memory of all words.
        var memory = 0.0
        /// Cells of the total.
        var totalCells = 0
    }

    /// Commands sent before the replies are read.
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

    /// Adds the difference between what the shard held at two sweeps. Returns the number of increments.
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

    /// Reads every word. Returns the number of cells, those that have come back to 0 among them, as the predecessor has it.
    private static func readAll(_ contributions: Recording.Contributions, _ server: Server) throws -> Int {
        let keys = contributions.words.indices.flatMap { block in
            contributions.words[block].indices.map { "w/\(block)/\($0)" }
        }
        return try stride(from: 0, to: keys.count, by: window).reduce(0) { sum, first in
            sum + (try server.perform(keys[first..<min(first + window, keys.count)].map { ["HGETALL", $0] })) / 2
        }
    }
}

package import Counts

/// For `dist-lda store status`.
extension RedisCountStore {
    /// The number of keys whose memory is queried in one call.
    private static let usageWindow = 256

    /// Returns the memory and traffic of a run. It takes O(fields of the run's keys) of the servers' time: the size of
    /// each value is computed there, and no value is transferred.
    package func usage(of manifest: RunManifest) throws(CountStoreError) -> StoreUsage {
        var usage = try serverUsage()
        let blocks = (0..<manifest.blocks).map(keys.block)
        let others =
            (0..<servers.count).map(keys.manifest) + [keys.shards, keys.pace]
            + (0..<manifest.shards).map(keys.documents(shard:)) + (0..<WordCounts.parts).map(keys.words(part:))
        for first in stride(from: 0, to: blocks.count, by: Self.usageWindow) {
            let bytes = try memory(of: Array(blocks[first..<min(first + Self.usageWindow, blocks.count)]))
            usage.blocks += bytes.count { $0 > 0 }
            usage.runBytes += bytes.reduce(0, +)
        }
        usage.runBytes += try memory(of: others).reduce(0, +)
        return usage
    }

    /// Returns the memory of each key in bytes, including the parts of a block; 0 for a key that does not exist.
    private func memory(of keys: [RedisKey]) throws(CountStoreError) -> [Int] {
        try ask(keys.map { RedisCommand(Script.memory, keys: [$0], arguments: []) }) { replies in
            let bytes = replies.compactMap { reply -> Int? in
                if case .integer(let bytes) = reply, (0...1 << 40).contains(bytes) { Int(bytes) } else { nil }
            }
            return bytes.count == keys.count ? bytes : nil
        }
    }

    private func serverUsage() throws(CountStoreError) -> StoreUsage {
        let commands = ["memory", "stats", "commandstats"].map { RedisCommand("INFO", arguments: [Array($0.utf8)]) }
        let replies = try use { pipeline throws(ServerFailure) in try pipeline.performOnEach(commands) }
        var usage = StoreUsage()
        for server in replies { Self.add(server.compactMap(\.text).joined(separator: "\n"), to: &usage) }
        return usage
    }

    /// Reads lines such as "used_memory:1024" and "cmdstat_hmget:calls=2,usec=10,...".
    private static func add(_ info: String, to usage: inout StoreUsage) {
        for line in info.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "used_memory": usage.usedBytes = sum(usage.usedBytes, parts[1])
            case "total_net_input_bytes": usage.receivedBytes = sum(usage.receivedBytes, parts[1])
            case "total_net_output_bytes": usage.sentBytes = sum(usage.sentBytes, parts[1])
            case let name where name.hasPrefix("cmdstat_"):
                add(parts[1], of: String(name.dropFirst(8)), to: &usage.commands)
            default: break
            }
        }
        usage.commands.sort { ($1.microseconds, $0.name) < ($0.microseconds, $1.name) }
    }

    private static func add(_ facts: Substring, of name: String, to commands: inout [StoreUsage.Command]) {
        let index = commands.firstIndex { $0.name == name } ?? commands.count
        if index == commands.count { commands.append(StoreUsage.Command(name: name, calls: 0, microseconds: 0)) }
        for fact in facts.split(separator: ",") {
            let pair = fact.split(separator: "=", maxSplits: 1)
            switch (pair.first, pair.last) {
            case ("calls", let number?): commands[index].calls = sum(commands[index].calls, number)
            case ("usec", let number?): commands[index].microseconds = sum(commands[index].microseconds, number)
            default: break
            }
        }
    }

    /// Adds a number that a server reported, which may be malformed or too large.
    private static func sum(_ number: Int, _ text: Substring) -> Int {
        let (sum, isTooLarge) = number.addingReportingOverflow(max(0, Int(text) ?? 0))
        return isTooLarge ? .max : sum
    }
}

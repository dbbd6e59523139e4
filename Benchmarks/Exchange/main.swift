import Foundation
import RedisStore

// Measures the cost of an exchange for Redis, with the ledger and with the predecessor's method on the same counts. It
// is built only on request, and run by bin/bench exchange, which starts the server:
//
//     exchange-benchmark CORPUS TOPICS SHARDS[,SHARDS...] ADDRESS[,ADDRESS...] [PLAN[,PLAN...]]
//
// It trains on the corpus. Then it plays shards of the corpus, for each number of shards and each address of the
// server, and prints a line of JSON for each. For the first address it also simulates the same shards on a virtual
// clock. If several shards play the same counts, only the first address is used, and they are played twice: in as many
// blocks as a corpus of that size has, and in as many as this corpus has. Finally it simulates each PLAN,
// SHARDS:MS:SECONDS[:SERVERS] (round trip, sweep), and prints a line of JSON for each. All data of the server are
// deleted.

/// A line of the output for played shards.
struct PlayedLine: Encodable {
    let address: String
    let shards: Int
    let topics: Int
    /// Whether several shards play the same counts in as many blocks as if there were one of each.
    let keepsBlocks: Bool
    let blocks: Int
    let words: Int
    let tokens: Int
    let ledger: Ledger.Measured
    /// nil if several shards play the same counts.
    let increments: Increments.Measured?
    /// nil if the address is not the first.
    let simulated: Simulation.Measured?

    init(
        address: String, shards: Int, topics: Int, keepsBlocks: Bool = false, _ contributions: Recording.Contributions,
        _ ledger: Ledger.Measured, _ increments: Increments.Measured? = nil, _ simulated: Simulation.Measured? = nil
    ) {
        (self.address, self.shards, self.topics, self.keepsBlocks) = (address, shards, topics, keepsBlocks)
        blocks = contributions.blocks
        words = contributions.words.reduce(0) { $0 + $1.count }
        tokens = contributions.tokens
        (self.ledger, self.increments, self.simulated) = (ledger, increments, simulated)
    }
}

/// A line of the output for a plan.
struct SimulatedLine: Encodable {
    let topics: Int
    let blocks: Int
    let words: Int
    let tokens: Int
    let serviceTimes: ServiceTimes
    let simulated: Simulation.Measured
}

extension Simulation.Plan {
    init?(_ text: Substring) {
        let parts = text.split(separator: ":").map { Double($0) }
        guard parts.count == 3 || parts.count == 4, !parts.contains(nil) else { return nil }
        self.init(shards: Int(parts[0]!), roundTrip: parts[1]! / 1000, sweepSeconds: parts[2]!)
        if parts.count == 4 { servers = Int(parts[3]!) }
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
let planTexts = arguments.count == 5 ? arguments[4].split(separator: ",") : []
let plans = planTexts.compactMap(Simulation.Plan.init)
guard arguments.count >= 4, arguments.count <= 5, plans.count == planTexts.count, let topics = Int(arguments[1]) else {
    let usage =
        "exchange-benchmark: CORPUS TOPICS SHARDS[,SHARDS...] ADDRESS[,ADDRESS...] [SHARDS:MS:SECONDS[:SERVERS],...]\n"
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
}
let addresses = try arguments[3].split(separator: ",").map { try RedisAddress(parsing: String($0)) }
let recording = try await Recording(arguments[0], topics: topics)
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
func write(_ line: some Encodable) throws {
    FileHandle.standardOutput.write(try encoder.encode(line) + Data("\n".utf8))
}

for shards in arguments[2].split(separator: ",").compactMap({ Int($0) }) {
    let contributions = recording.contributions(shards: shards)
    let isCopied = shards > Recording.slices
    if isCopied {
        let contributions = recording.contributions(shards: shards, keepsBlocks: true)
        let ledger = try Ledger.measure(
            contributions, shards: shards, topics: topics, at: addresses[0], try Server(at: addresses[0]))
        try write(
            PlayedLine(
                address: "\(addresses[0])", shards: shards, topics: topics, keepsBlocks: true, contributions, ledger))
    }
    for (way, address) in addresses.prefix(isCopied ? 1 : addresses.count).enumerated() {
        let server = try Server(at: address)
        let increments =
            isCopied ? nil : try Increments.measure(contributions, shards: shards, topics: topics, server)
        let ledger = try Ledger.measure(contributions, shards: shards, topics: topics, at: address, server)
        var simulated: Simulation.Measured?
        if way == 0 {
            let times = try ServiceTimes(contributions, topics: topics, at: address, server)
            let plan = Simulation.Plan(playing: ledger, shards: shards, roundTrip: times.roundTrip)
            simulated = try Simulation.run(plan, contributions, topics: topics, times)
        }
        try write(
            PlayedLine(
                address: "\(address)", shards: shards, topics: topics, contributions, ledger, increments, simulated))
    }
}

for plan in plans {
    let contributions = recording.contributions(shards: plan.shards)
    let server = try Server(at: addresses[0])
    let times = try ServiceTimes(contributions, topics: topics, at: addresses[0], server)
    try write(
        SimulatedLine(
            topics: topics, blocks: contributions.blocks, words: contributions.words.reduce(0) { $0 + $1.count },
            tokens: contributions.tokens, serviceTimes: times,
            simulated: try Simulation.run(plan, contributions, topics: topics, times)))
}

import Foundation
import RedisStore

// What an exchange costs Redis: the ledger's way, and the predecessor's on the same counts. Built only when asked for, and
// run by bin/bench exchange, which starts the server:
//
//     exchange-benchmark CORPUS TOPICS SHARDS[,SHARDS...] ADDRESS[,ADDRESS...]
//
// Trains on the corpus, then plays so many shards of it, for each number in the list and each way to the server, and prints a
// line of JSON for each; where shards play what others play too, only the first way is gone. The server loses all it holds.

/// A line of the output.
struct Line: Encodable {
    let address: String
    let shards: Int
    let topics: Int
    let blocks: Int
    let words: Int
    let tokens: Int
    let ledger: Ledger.Measured
    /// nil: too many shards for the predecessor's way.
    let increments: Increments.Measured?
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let topics = Int(arguments[1]) else {
    FileHandle.standardError.write(Data("exchange-benchmark: CORPUS TOPICS SHARDS[,SHARDS...] ADDRESS\n".utf8))
    exit(64)
}
let addresses = arguments[3].split(separator: ",").map(String.init)
let recording = try await Recording(arguments[0], topics: topics)
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
for shards in arguments[2].split(separator: ",").compactMap({ Int($0) }) {
    let contributions = recording.contributions(shards: shards)
    let isCopied = shards > Recording.slices
    for text in addresses.prefix(isCopied ? 1 : addresses.count) {
        let address = try RedisAddress(parsing: text)
        let server = try Server(at: address)
        let increments =
            isCopied ? nil : try Increments.measure(contributions, shards: shards, topics: topics, server)
        let ledger = try Ledger.measure(contributions, shards: shards, topics: topics, at: address, server)
        let line = Line(
            address: text, shards: shards, topics: topics, blocks: contributions.blocks,
            words: contributions.words.reduce(0) { $0 + $1.count }, tokens: contributions.tokens, ledger: ledger,
            increments: increments)
        FileHandle.standardOutput.write(try encoder.encode(line) + Data("\n".utf8))
    }
}

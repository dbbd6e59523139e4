import Counts

/// Every key and every field of a run in Redis, on one page. `RUN` is the run's name, `b` a block, `s` a shard.
///
///     dlda:{RUN}:run      hash   the manifest: id (16 hexadecimal digits), format, document, topics, alpha, beta, seed,
///                                blocks, shards, cores, corpus (16 hexadecimal digits), documents
///     dlda:{RUN}:shards   hash   s      the shard's progress, JSON
///                                g/s    the generation of the process that holds the shard
///                                h/s    when it last reported: the server's time, milliseconds since 1970
///     dlda:{RUN/b}        hash   v      the block's version, 16 hexadecimal digits
///                                n      the total: packed rows
///                                c/s    the shard's contribution: packed rows
///                                t/s    its tag: "GENERATION SWEEP NONCE"
///                                words  the packed word list
///                                w      its identity, 16 hexadecimal digits
///     dlda:{RUN/d/s}      hash   g      the generation that may publish
///                                0...   the shard's document chunks by number, packed
///
/// What stands in braces decides, in a Redis Cluster, where a key lies: blocks spread over the nodes.
/// A run's name holds neither braces nor slashes (`RunName`), so no run's keys are another's.
struct KeySchema: Sendable {
    let run: RunName

    // MARK: Keys

    var manifest: String { "dlda:{\(run)}:run" }
    var shards: String { "dlda:{\(run)}:shards" }
    func block(_ block: Int) -> String { "\(blockStem)\(block)}" }
    func documents(shard: Int) -> String { "\(documentsStem)\(shard)}" }

    /// What comes before the number and the closing brace.
    var blockStem: String { "dlda:{\(run)/" }
    var documentsStem: String { "dlda:{\(run)/d/" }

    /// Patterns that match all of the run's keys and no other's.
    var patterns: [String] { ["dlda:{\(run)}:*", "dlda:{\(run)/*}"] }

    /// The pattern of all runs' manifests, and the run of one.
    static let manifests = "dlda:{*}:run"
    static func run(ofManifest key: String) -> RunName? {
        guard key.hasPrefix("dlda:{"), key.hasSuffix("}:run") else { return nil }
        return try? RunName(String(key.dropFirst(6).dropLast(5)))
    }

    // MARK: Fields of a block

    static let version = "v"
    static let total = "n"
    static let words = "words"
    static let wordsIdentity = "w"
    static func contribution(_ shard: Int) -> String { "c/\(shard)" }
    static func tag(_ shard: Int) -> String { "t/\(shard)" }

    // MARK: Fields of the shards and of documents

    static func progress(_ shard: Int) -> String { "\(shard)" }
    static func generation(_ shard: Int) -> String { "g/\(shard)" }
    static func heard(_ shard: Int) -> String { "h/\(shard)" }
    static let publisher = "g"

    /// The number in a field such as "c/3", if it begins with `prefix`; numbers are spelled in one way only.
    static func number(in field: String, after prefix: String) -> Int? {
        guard field.hasPrefix(prefix), let number = Int(field.dropFirst(prefix.count)), number >= 0,
            "\(prefix)\(number)" == field
        else { return nil }
        return number
    }
}

import Counts
import Platform

/// All keys and fields of a run in Redis. `RUN` is the run's name, `b` a block, `s` a shard.
///
///     dlda:{RUN}:run      hash   the manifest: id (16 hexadecimal digits), format, and the settings of the run by name
///                                (`RunManifest`; those of a model: `ModelSettings`);
///                                server: the number of this server among all servers ("2 of 3");
///                                servers: the value of --redis when the run was stored
///     dlda:{RUN}:shards   hash   s      the shard's progress, JSON
///                                g/s    the generation of the process that holds the shard
///                                h/s    the time of its last report by the server's clock, milliseconds since 1970
///     dlda:{RUN}:pace     zset   s      the sweeps of a shard that has sweeps left; 2^53 if it is silent, stopped or
///                                       about to finish; infinity if it has finished or was removed
///     dlda:{RUN/b}        hash   v      the block's version, 16 hexadecimal digits
///                                t/s    the tag of the shard's contribution: "GENERATION SWEEP NONCE"
///                                words  the packed word list
///                                w      its identity, 16 hexadecimal digits
///     dlda:{RUN/b}:n      string        the total: the version it belongs to, then a `PackedTotal`
///     dlda:{RUN/b}:c/s    string        the shard's contribution: the nonce of its tag, then packed rows
///     dlda:{RUN/b}:n/s    string        the total that shard s is about to store; it exists only during a write
///     dlda:{RUN/b}:c/s/n  string        the contribution that shard s is about to store, likewise
///     dlda:{RUN/d/s}      hash   g      the generation that may publish
///                                0...   the shard's document chunks by number, packed
///
///     dlda:{RUN/w/p}      hash   k/s    part p of the word counts of shard s, packed; k, 16 hexadecimal digits,
///                                       identifies the corpus and how it was read
///
/// A Redis Cluster assigns a key to a node by the text in braces, so the blocks are spread over the nodes. With N
/// independent servers, block b is on server b mod N, the documents of shard s are on server s mod N, part p of the
/// words is on server p mod N, `shards` and `pace` are on the first server, and the manifest is on every server, so
/// that each server knows its number. A run's name contains neither braces nor slashes (`RunName`), so the keys of
/// different runs never collide.
struct KeySchema: Sendable {
    let run: RunName

    // MARK: Keys

    /// The manifest's copy on server `server`.
    func manifest(on server: Int = 0) -> RedisKey { RedisKey(text: "dlda:{\(run)}:run", number: server) }
    var shards: RedisKey { RedisKey(text: "dlda:{\(run)}:shards", number: 0) }
    /// An index of `shards`, from which every report restores what it concerns.
    var pace: RedisKey { RedisKey(text: "dlda:{\(run)}:pace", number: 0, type: .sortedSet) }
    func block(_ block: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/\(block)}", number: block) }
    func documents(shard: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/d/\(shard)}", number: shard) }

    func words(part: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/w/\(part)}", number: part) }

    /// A block's total.
    func total(_ block: Int) -> RedisKey { part("n", of: block) }
    func contribution(_ shard: Int, to block: Int) -> RedisKey { part("c/\(shard)", of: block) }
    /// The keys of a total and a contribution that are about to replace the current ones.
    func nextTotal(by shard: Int, of block: Int) -> RedisKey { part("n/\(shard)", of: block) }
    func nextContribution(_ shard: Int, to block: Int) -> RedisKey { part("c/\(shard)/n", of: block) }
    private func part(_ part: String, of block: Int) -> RedisKey {
        RedisKey(text: "\(self.block(block)):\(part)", number: block, type: .string)
    }

    /// The pattern that matches all blocks, documents and words of this run, and none of other runs.
    var countsPattern: String { "dlda:{\(run)/*}*" }

    /// The pattern that matches the manifests of all runs.
    static let manifests = "dlda:{*}:run"
    /// Returns the run to which a manifest's key belongs; nil if it is not such a key.
    static func run(ofManifest key: String) -> RunName? {
        guard key.hasPrefix("dlda:{"), key.hasSuffix("}:run") else { return nil }
        return try? RunName(String(key.dropFirst(6).dropLast(5)))
    }

    // MARK: Fields of a block

    static let version = "v"
    static let words = "words"
    static let wordsIdentity = "w"
    static func tag(_ shard: Int) -> String { "t/\(shard)" }

    // MARK: Fields of the shards, of documents and of words

    static func progress(_ shard: Int) -> String { "\(shard)" }
    static func generation(_ shard: Int) -> String { "g/\(shard)" }
    static func heard(_ shard: Int) -> String { "\(heardPrefix)\(shard)" }
    static let heardPrefix = "h/"
    /// The value of a shard in the index `pace`.
    static func pace(_ progress: ShardProgress) -> String {
        switch progress.state {
        case .finished, .removed: "inf"
        case .sampling, .stopped: progress.hasSweepsLeft ? "\(progress.sweep)" : unfinished
        }
    }
    /// The value, 2^53, of shards that have not finished and do not hold other shards.
    static let unfinished = "9007199254740992"
    static let publisher = "g"
    /// The field of word counts without the shard's number at its end.
    static func counted(_ key: UInt64) -> String { "\(Hexadecimal.text(key))/" }

    /// Returns the number in a field such as "t/3"; nil if the field does not begin with `prefix` or the number is not
    /// in its usual spelling.
    static func number(in field: String, after prefix: String) -> Int? {
        guard field.hasPrefix(prefix), let number = Int(field.dropFirst(prefix.count)), number >= 0,
            "\(prefix)\(number)" == field
        else { return nil }
        return number
    }
}

import Counts

/// Every key and every field of a run in Redis, on one page. `RUN` is the run's name, `b` a block, `s` a shard.
///
///     dlda:{RUN}:run      hash   the manifest: id (16 hexadecimal digits), format, document, topics, alpha, beta, seed,
///                                blocks, shards, cores, corpus (16 hexadecimal digits), documents, reading, lease; and which server of
///                                how many this is ("2 of 3") and what --redis named when it was stored: server, servers
///     dlda:{RUN}:shards   hash   s      the shard's progress, JSON
///                                g/s    the generation of the process that holds the shard
///                                h/s    when it last reported: the server's time, milliseconds since 1970
///     dlda:{RUN/b}        hash   v      the block's version, 16 hexadecimal digits
///                                t/s    the tag of the shard's contribution: "GENERATION SWEEP NONCE"
///                                words  the packed word list
///                                w      its identity, 16 hexadecimal digits
///     dlda:{RUN/b}:n      string        the total: the version it belongs to, then a `PackedTotal`
///     dlda:{RUN/b}:c/s    string        the shard's contribution: the nonce of its tag, then packed rows
///     dlda:{RUN/b}:n/s    string        a total and a contribution that the shard is about to put in the place of
///     dlda:{RUN/b}:c/s/n  string        those above: there for as long as a write takes
///     dlda:{RUN/d/s}      hash   g      the generation that may publish
///                                0...   the shard's document chunks by number, packed
///
///     dlda:{RUN/w/p}      hash   k/s    part p of the words that shard s counted, packed; k, 16 hexadecimal digits, names the
///                                       corpus and how it was read
///
/// A Redis Cluster places a key by what stands in braces: blocks spread over the nodes. Of N servers that know nothing
/// of each other, block b is on server b mod N, the documents of shard s on server s mod N, part p of the words on server p mod N, `shards` on the
/// first, and the manifest on each, so that every server knows its place.
/// A run's name holds neither braces nor slashes (`RunName`), so no run's keys are another's.
struct KeySchema: Sendable {
    let run: RunName

    // MARK: Keys

    /// The manifest as it stands on server `server`.
    func manifest(on server: Int = 0) -> RedisKey { RedisKey(text: "dlda:{\(run)}:run", number: server) }
    var shards: RedisKey { RedisKey(text: "dlda:{\(run)}:shards", number: 0) }
    func block(_ block: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/\(block)}", number: block) }
    func documents(shard: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/d/\(shard)}", number: shard) }

    func words(part: Int) -> RedisKey { RedisKey(text: "dlda:{\(run)/w/\(part)}", number: part) }

    /// A block's total.
    func total(_ block: Int) -> RedisKey { part("n", of: block) }
    func contribution(_ shard: Int, to block: Int) -> RedisKey { part("c/\(shard)", of: block) }
    /// A total and a contribution that are to come.
    func nextTotal(by shard: Int, of block: Int) -> RedisKey { part("n/\(shard)", of: block) }
    func nextContribution(_ shard: Int, to block: Int) -> RedisKey { part("c/\(shard)/n", of: block) }
    private func part(_ part: String, of block: Int) -> RedisKey {
        RedisKey(text: "\(self.block(block)):\(part)", number: block)
    }

    /// The pattern that matches all of the run's blocks, documents and words, and no other's.
    var countsPattern: String { "dlda:{\(run)/*}*" }

    /// The pattern of all runs' manifests, and the run of one.
    static let manifests = "dlda:{*}:run"
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
    static func heard(_ shard: Int) -> String { "h/\(shard)" }
    static let publisher = "g"
    /// Before a shard's number.
    static func counted(_ key: UInt64) -> String { "\(Hexadecimal.text(key))/" }

    /// The number in a field such as "t/3", if it begins with `prefix`; numbers are spelled in one way only.
    static func number(in field: String, after prefix: String) -> Int? {
        guard field.hasPrefix(prefix), let number = Int(field.dropFirst(prefix.count)), number >= 0,
            "\(prefix)\(number)" == field
        else { return nil }
        return number
    }
}

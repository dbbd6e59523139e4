/// The interface between the code that counts and the store that keeps the counts: a ledger of blocks.
///
/// A store holds one run: its manifest, a status for each shard, and `blocks` blocks. A block holds a list of words
/// (one for each row), a total, and each shard's contribution to the total with its tag. The store handles packed
/// values (`PackedTotal`, `PackedRows`, `WordList`). It deals with rows, columns and amounts and knows nothing about
/// topics.
///
/// Every implementation guarantees the following (the contract suite checks it):
/// - Each call on one block is atomic; calls on different blocks are independent.
/// - A write replaces the shard's contribution and its tag, and changes the total in the same step: it either
///   *replaces* the total, or *appends* a change to it. The write is refused if the tag of the shard's contribution or
///   the word list differs from the one it was computed from, or if a later generation has written that contribution.
/// - A write that replaces the total is also refused if the block's version differs from the one it was computed from;
///   the version changes with every such write. Changes that other shards have appended since the total was read are
///   kept after the new total.
/// - **No shard can starve (bounded bypass).** A write that appends is never refused because of another shard's write,
///   except if that one has added new words to the word list, which each shard does once for each block. So a shard
///   whose write was refused is overtaken at most once by each shard that is new to the block, and by no other shard,
///   whatever their speed and number. There is no lock, so no shard ever waits for one that has died, is suspended or
///   has returned.
/// - A block that was never written, or has been lost, reads as empty, with version nil.
/// - Writes are idempotent: a write that is repeated finds a different tag and changes nothing.
///
/// So if every writer sets total' = total - (its old contribution) + (its new one), then at any time, in every block,
/// **total = sum of contributions**; `ShardLedger` is that writer.
///
/// (A compare-and-swap of the total alone guarantees only that some shard makes progress: with four shards on two
/// cores, one shard's first exchange of all blocks was refused for 23 seconds because of the short exchanges of the
/// others. A reservation of the next write would bound this too, but the process that holds it can die.)
///
/// Calls block until done. All throw `CountStoreError`. After `.unavailable` the outcome of a write is unknown; the
/// caller only has to read the block again.
package protocol CountStore: Sendable {
    /// The run's name.
    var run: String { get }

    // MARK: The run

    /// Returns the run's manifest; nil if there is no run of this name.
    func manifest() throws(CountStoreError) -> RunManifest?

    /// Starts a run: if none is stored, or the stored one has the id `replacing`, everything of the old run is
    /// removed and then `manifest` is stored by one compare-and-swap.
    /// - Returns: the manifest that is now stored, which is another process's if that process was first.
    func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest

    /// Removes everything of this run, and nothing else. Returns whether there was anything.
    func removeRun() throws(CountStoreError) -> Bool

    // MARK: The shards

    /// Makes the caller the only process that may write for shard `shard`.
    /// - Returns: the generation to write with: `proposed`, or one more than the generation in the store if that is
    ///   higher, unless that is so high that it is damage (`Generation.maxLead`).
    func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation

    /// Stores a shard's progress and the time. Throws `.superseded` if a later generation has claimed the shard.
    func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError)

    /// Returns the status of each shard that has reported, sorted by shard number.
    func statuses() throws(CountStoreError) -> [ShardStatus]

    /// Returns `RunPace(statuses(), deadAfter: deadAfter)`, but without reading the statuses. If several shards have
    /// done equally few sweeps, any of them may be in `slowest`. All callers of a run pass the same time.
    func pace(deadAfter: Double) throws(CountStoreError) -> RunPace

    // MARK: The ledger

    /// Reads several blocks. The answers are in the order of the requests.
    func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState]

    /// Writes several blocks. The outcomes are in the order of the writes.
    func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome]

    /// Returns the tag of shard `shard` in each of the blocks.
    func tags(ofShard shard: Int, blocks: Range<Int>) throws(CountStoreError) -> [ContributionTag?]

    /// Returns everything that is stored of each of the blocks. Each block is read atomically.
    func records(of blocks: Range<Int>) throws(CountStoreError) -> [BlockRecord]

    /// Repairs several blocks. The outcomes are in the order of the repairs and are never `.superseded`.
    func repair(_ repairs: [BlockRepair]) throws(CountStoreError) -> [WriteOutcome]

    // MARK: Documents

    /// Stores chunk `chunk` of shard `shard`'s documents, packed by `DocumentChunk`. Throws `.superseded` if a later
    /// generation has claimed the shard.
    func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError)

    /// Returns the document chunks that a shard has published, by chunk number.
    func documents(ofShard shard: Int) throws(CountStoreError) -> [Int: [UInt8]]

    /// Removes all documents that a shard has published, but keeps the generation that may publish. Throws
    /// `.superseded` if a later generation has claimed the shard.
    func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError)

    // MARK: Words

    /// Stores part `part` of a shard's word counts, packed by `WordCounts`. `key` identifies the corpus, how it is read
    /// and how it is divided among the shards. Every process of the shard stores the same value under the same key, so
    /// processes need not be distinguished by generation, and the run need not exist yet.
    func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) throws(CountStoreError)

    /// Returns part `part` of the word counts published under `key`, by shard.
    func wordCounts(part: Int, key: UInt64) throws(CountStoreError) -> [Int: [UInt8]]
}

extension CountStore {
    /// Throws unless the stored run is still the one that `manifest` describes.
    package func expect(_ manifest: RunManifest) throws(CountStoreError) {
        guard try self.manifest()?.id == manifest.id else {
            throw .unavailable(reason: "run \(run) was replaced or removed in the meantime: try again")
        }
    }
}

/// A shard's request for a block. Values that the shard already knows are not sent again.
package struct BlockRequest: Sendable, Equatable {
    package var block: Int
    package var shard: Int
    /// The tag that the shard wrote last. Its contribution is sent only if the store holds a different tag.
    package var knownTag: ContributionTag?
    /// The word list that the shard knows. The list is sent only if the store holds a different one.
    package var knownWords: WordList.Identity?

    package init(block: Int, shard: Int, knownTag: ContributionTag? = nil, knownWords: WordList.Identity? = nil) {
        self.block = block
        self.shard = shard
        self.knownTag = knownTag
        self.knownWords = knownWords
    }
}

/// The state of a block for one shard, read atomically.
package struct BlockState: Sendable, Equatable {
    /// The block's version; nil if the block is empty.
    package var version: BlockVersion?
    /// A `PackedTotal`.
    package var total: [UInt8]?
    package var tag: ContributionTag?
    /// The shard's contribution, if `tag` differs from the known one.
    package var contribution: [UInt8]?
    package var wordsIdentity: WordList.Identity?
    /// The word list, if `wordsIdentity` differs from the known one.
    package var words: [UInt8]?

    package init(
        version: BlockVersion? = nil, total: [UInt8]? = nil, tag: ContributionTag? = nil, contribution: [UInt8]? = nil,
        wordsIdentity: WordList.Identity? = nil, words: [UInt8]? = nil
    ) {
        self.version = version
        self.total = total
        self.tag = tag
        self.contribution = contribution
        self.wordsIdentity = wordsIdentity
        self.words = words
    }
}

/// The state that a write was computed from. The store compares it with the current state.
package struct BlockBasis: Sendable, Equatable {
    /// A total that was read: its length and its last bytes.
    package struct Total: Sendable, Equatable {
        package let length: Int
        package let end: [UInt8]

        /// The length of the mark of the last change, which distinguishes totals of the same version and length.
        private static let endLength = PackedChange.markLength

        /// nil if `total` is empty, which means that the stored total belongs to another version.
        package init?(_ total: [UInt8]) {
            if total.isEmpty { return nil }
            length = total.count
            end = Array(total.suffix(Self.endLength))
        }

        /// Returns whether `total` begins with the total that was read.
        func isPrefix(of total: [UInt8]) -> Bool {
            total.count >= length && total[..<length].suffix(Self.endLength) == end[...]
        }
    }

    package var version: BlockVersion?
    package var tag: ContributionTag?
    package var words: WordList.Identity?
    /// The total that was read; nil if there was none.
    package var total: Total?

    package init(
        version: BlockVersion? = nil, tag: ContributionTag? = nil, words: WordList.Identity? = nil, total: Total? = nil
    ) {
        (self.version, self.tag, self.words, self.total) = (version, tag, words, total)
    }

    package init(_ state: BlockState) {
        self.init(
            version: state.version, tag: state.tag, words: state.wordsIdentity, total: state.total.flatMap(Total.init))
    }

    /// Creates the basis for a write of shard `shard`; if nil, the basis of a repair, which has no tag.
    package init(_ record: BlockRecord, shard: Int? = nil) {
        self.init(
            version: record.version, tag: shard.flatMap { record.tags[$0] }, words: record.wordsIdentity,
            total: record.total.flatMap(Total.init))
    }
}

/// Replaces a shard's contribution to a block, and changes the total with it.
package struct BlockWrite: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        /// Replaces the total that was read. Changes that were appended since are kept after the new total.
        case replace([UInt8], version: BlockVersion)
        /// Appends bytes to the current total, whatever it is.
        case append([UInt8])
        /// Removes everything in the block and then stores a total. This is only for a block that is too damaged to be
        /// read.
        case startOver([UInt8], version: BlockVersion)
    }

    package var block: Int
    package var shard: Int
    package var basis: BlockBasis
    package var change: Change
    package var contribution: [UInt8]
    package var tag: ContributionTag
    /// The complete new word list, if it has grown.
    package var words: [UInt8]?

    package init(
        block: Int, shard: Int, basis: BlockBasis, change: Change, contribution: [UInt8], tag: ContributionTag,
        words: [UInt8]?
    ) {
        self.block = block
        self.shard = shard
        self.basis = basis
        self.change = change
        self.contribution = contribution
        self.tag = tag
        self.words = words
    }
}

/// Repairs a block without acting for a shard: it stores a new total and removes contributions with their tags, so that
/// their shards notice the loss. Like a write, it is atomic and applies only to the version it was computed from.
package struct BlockRepair: Sendable, Equatable {
    package var block: Int
    /// The state that the repair was computed from. The repair is refused if the block has another version, or if
    /// anything has been appended to the total since.
    package var basis: BlockBasis
    package var version: BlockVersion
    /// The new total. If nil, everything in the block is removed, including the version.
    package var total: [UInt8]?
    /// The shards whose contribution and tag are removed.
    package var removed: [Int]
    /// New tags for contributions that are kept, by shard.
    package var tags: [Int: ContributionTag]

    package init(
        block: Int, basis: BlockBasis, version: BlockVersion = .unique(), total: [UInt8]?, removed: [Int] = [],
        tags: [Int: ContributionTag] = [:]
    ) {
        self.block = block
        self.basis = basis
        self.version = version
        self.total = total
        self.removed = removed
        self.tags = tags
    }
}

package enum WriteOutcome: Sendable, Equatable {
    case stored
    /// The block differs from what the write was computed from; it has to be read again.
    case conflict
    /// A later generation has claimed the shard; this process must not write any more.
    case superseded
}

/// Everything that is stored of a block.
package struct BlockRecord: Sendable, Equatable {
    package var version: BlockVersion?
    package var total: [UInt8]?
    package var words: [UInt8]?
    package var wordsIdentity: WordList.Identity?
    /// By shard.
    package var contributions: [Int: [UInt8]] = [:]
    package var tags: [Int: ContributionTag] = [:]

    package init() {}
}

/// THE seam between those who count and where the counts are kept: a ledger of blocks.
///
/// A store holds one run: its manifest, a status for each shard, and `blocks` blocks. A block holds a list of words
/// (one a row), a total, and for each shard that shard's contribution to the total with a tag. The store sees packed
/// values (`PackedRows`, `WordList`); it knows rows, columns and amounts, never topics.
///
/// Laws, for every implementation (the contract suite checks them):
/// - Each call on one block is atomic; calls on different blocks are independent.
/// - `write` changes a block only if its version is the expected one and no later generation has written the same
///   shard's contribution; then total, contribution, tag and version change together.
/// - A block that was never written, or has vanished, reads as empty, with version nil.
/// - Doing a write twice is doing it once: the second finds another version and changes nothing.
///
/// So if every writer sets total' = total - (its old contribution) + (its new one), then at any time, in every block,
/// **total = sum of contributions**; `ShardLedger` is that writer.
///
/// Calls block until done. All throw `CountStoreError`; after `.unavailable` the outcome of a write is unknown, which
/// needs no thought: read again.
package protocol CountStore: Sendable {
    /// The run's name.
    var run: String { get }

    // MARK: The run

    /// The run's manifest, nil if there is no run of this name.
    func manifest() throws(CountStoreError) -> RunManifest?

    /// Starts a run: if none is stored, or the one stored has the id `replacing`, everything of the old one is removed and
    /// then `manifest` takes its place, by one compare-and-swap.
    /// - Returns: the manifest now stored, which is another's if that one came first.
    func create(_ manifest: RunManifest, replacing: UInt64?) throws(CountStoreError) -> RunManifest

    /// Removes all of this run, and nothing else. Returns whether there was anything.
    func removeRun() throws(CountStoreError) -> Bool

    // MARK: The shards

    /// Makes the caller the one process that may write shard `shard`.
    /// - Returns: the generation to write with: `proposed`, or one above what the store holds if that is higher.
    func claim(shard: Int, proposed: Generation) throws(CountStoreError) -> Generation

    /// Stores a shard's progress and the time. Throws `.superseded` if a later generation holds the shard.
    func report(_ progress: ShardProgress, generation: Generation) throws(CountStoreError)

    /// The shards that have reported, by number.
    func statuses() throws(CountStoreError) -> [ShardStatus]

    // MARK: The ledger

    /// Many blocks at once, answers in the order asked.
    func read(_ requests: [BlockRequest]) throws(CountStoreError) -> [BlockState]

    /// Many blocks at once, outcomes in the order given.
    func write(_ writes: [BlockWrite]) throws(CountStoreError) -> [WriteOutcome]

    /// The tag of shard `shard` in each of the blocks.
    func tags(ofShard shard: Int, blocks: Range<Int>) throws(CountStoreError) -> [ContributionTag?]

    /// Everything there is of each of the blocks, each block at one moment.
    func records(of blocks: Range<Int>) throws(CountStoreError) -> [BlockRecord]

    /// Many blocks at once, outcomes in the order given; never `.superseded`.
    func repair(_ repairs: [BlockRepair]) throws(CountStoreError) -> [WriteOutcome]

    // MARK: Documents

    /// Stores chunk `chunk` of shard `shard`'s documents, packed by `DocumentChunk`, unless a later generation has.
    func publish(
        documents: [UInt8], chunk: Int, ofShard shard: Int, generation: Generation
    ) throws(CountStoreError)

    /// The document chunks a shard has published, by number.
    func documents(ofShard shard: Int) throws(CountStoreError) -> [Int: [UInt8]]

    /// Removes all that a shard has published, and keeps who may publish. Throws `.superseded` if a later generation has
    /// taken the shard.
    func withdrawDocuments(ofShard shard: Int, generation: Generation) throws(CountStoreError)

    // MARK: Words

    /// Stores part `part` of what a shard counted of its words, packed by `WordCounts`. `key` names what was counted, a
    /// corpus read and dealt to shards in one way: what is stored under it is the same whoever stores it, so no later
    /// process has to be told from an earlier one, and a run need not exist yet.
    func publish(wordCounts: [UInt8], part: Int, ofShard shard: Int, key: UInt64) throws(CountStoreError)

    /// Part `part` of what was published under `key`, by shard.
    func wordCounts(part: Int, key: UInt64) throws(CountStoreError) -> [Int: [UInt8]]
}

extension CountStore {
    /// Throws unless the run that is stored is still the one that `manifest` describes.
    package func expect(_ manifest: RunManifest) throws(CountStoreError) {
        guard try self.manifest()?.id == manifest.id else {
            throw .unavailable(reason: "run \(run) was replaced or removed meanwhile: try again")
        }
    }
}

/// What a shard asks of a block. What it knows already is not sent again.
package struct BlockRequest: Sendable, Equatable {
    package var block: Int
    package var shard: Int
    /// The tag it wrote last: its contribution is sent only if the store holds another.
    package var knownTag: ContributionTag?
    /// The word list it knows: the list is sent only if the store holds another.
    package var knownWords: WordList.Identity?

    package init(block: Int, shard: Int, knownTag: ContributionTag? = nil, knownWords: WordList.Identity? = nil) {
        self.block = block
        self.shard = shard
        self.knownTag = knownTag
        self.knownWords = knownWords
    }
}

/// A block as one shard sees it, at one moment.
package struct BlockState: Sendable, Equatable {
    /// nil: the block is empty.
    package var version: BlockVersion?
    package var total: [UInt8]?
    package var tag: ContributionTag?
    /// Present if `tag` is not the known one.
    package var contribution: [UInt8]?
    package var wordsIdentity: WordList.Identity?
    /// Present if `wordsIdentity` is not the known one.
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

/// Replaces a shard's contribution to a block, and the total with it.
package struct BlockWrite: Sendable, Equatable {
    package var block: Int
    package var shard: Int
    /// The version the total was computed from.
    package var expected: BlockVersion?
    package var version: BlockVersion
    package var total: [UInt8]
    package var contribution: [UInt8]
    package var tag: ContributionTag
    /// The whole new word list, if it has grown.
    package var words: [UInt8]?
    /// Whether everything else in the block is removed first: only for a block that is damaged beyond reading.
    package var startsOver = false

    package init(
        block: Int, shard: Int, expected: BlockVersion?, version: BlockVersion = .unique(), total: [UInt8],
        contribution: [UInt8], tag: ContributionTag, words: [UInt8]?, startsOver: Bool = false
    ) {
        self.block = block
        self.shard = shard
        self.expected = expected
        self.version = version
        self.total = total
        self.contribution = contribution
        self.tag = tag
        self.words = words
        self.startsOver = startsOver
    }
}

/// Sets a block right on behalf of no shard: a new total, and contributions removed with their tags, so that their shards
/// find them gone. The contract is that of a write: only over the version it was computed from, all at once.
package struct BlockRepair: Sendable, Equatable {
    package var block: Int
    /// The version the repair was computed from.
    package var expected: BlockVersion?
    package var version: BlockVersion
    /// nil: everything in the block is removed, the version too.
    package var total: [UInt8]?
    /// Shards whose contribution and tag are removed.
    package var removed: [Int]
    /// Tags to store anew, by shard.
    package var tags: [Int: ContributionTag]

    package init(
        block: Int, expected: BlockVersion?, version: BlockVersion = .unique(), total: [UInt8]?, removed: [Int] = [],
        tags: [Int: ContributionTag] = [:]
    ) {
        self.block = block
        self.expected = expected
        self.version = version
        self.total = total
        self.removed = removed
        self.tags = tags
    }
}

package enum WriteOutcome: Sendable, Equatable {
    case stored
    /// The block's version is not the expected one: read again.
    case conflict
    /// A later generation holds the shard: write no more.
    case superseded
}

/// All of a block.
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

/// THE seam between those who count and where the counts are kept: a ledger of blocks.
///
/// A store holds one run: its manifest, a status for each shard, and `blocks` blocks. A block holds a list of words
/// (one a row), a total, and for each shard that shard's contribution to the total with a tag. The store sees packed
/// values (`PackedTotal`, `PackedRows`, `WordList`); it knows rows, columns and amounts, never topics.
///
/// Laws, for every implementation (the contract suite checks them):
/// - Each call on one block is atomic; calls on different blocks are independent.
/// - A write replaces the shard's contribution and its tag, and changes the total with them: it either *replaces* the
///   total, or *appends* a change to it. It is refused if the tag of the shard's contribution or the word list is not
///   the one it was computed from, or if a later generation has written that contribution.
/// - A write that replaces the total is refused, too, if the block's version is not the one it was computed from; the
///   version changes with every such write. What others have appended since the total was read stays behind the new
///   total.
/// - **No shard can be kept waiting (bounded bypass).** What other shards do never refuses a write that appends,
///   except that the word list is another when one of them has brought new words meanwhile, which each does once to a
///   block. So a shard whose write was refused is passed over at most once by each shard that is new to the block,
///   and by no other, at any speeds and however many there are. There is nothing to hold, so nothing to wait for if a
///   shard dies, sleeps or comes back.
/// - A block that was never written, or has vanished, reads as empty, with version nil.
/// - Doing a write twice is doing it once: the second finds another tag and changes nothing.
///
/// So if every writer sets total' = total - (its old contribution) + (its new one), then at any time, in every block,
/// **total = sum of contributions**; `ShardLedger` is that writer.
///
/// (A compare-and-swap of the total alone promises only that some shard gets on: with four shards on two cores a
/// first exchange of all blocks lost against the short ones of the others for 23 seconds. Of a reservation of the
/// next write, which would bound that too, the holder can die.)
///
/// Calls block until done. All throw `CountStoreError`; after `.unavailable` the outcome of a write is unknown, which
/// needs no thought: read again.
package protocol CountStore: Sendable {
    /// The run's name.
    var run: String { get }

    // MARK: The run

    /// The run's manifest, nil if there is no run of this name.
    func manifest() throws(CountStoreError) -> RunManifest?

    /// Starts a run: if none is stored, or the one stored has the id `replacing`, everything of the old one is
    /// removed and then `manifest` takes its place, by one compare-and-swap.
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

    /// Removes all that a shard has published, and keeps who may publish. Throws `.superseded` if a later generation
    /// has taken the shard.
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
    /// A `PackedTotal`.
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

/// What a write was computed from: the store compares it with what it holds.
package struct BlockBasis: Sendable, Equatable {
    /// A total as far as it was read: so many bytes, of which these are the last.
    package struct Total: Sendable, Equatable {
        package let length: Int
        package let end: [UInt8]

        /// Bytes that tell one total of a version from any other of the same length: the mark of its last change.
        private static let endLength = PackedChange.markLength

        /// nil if there are no bytes: what stands there belongs to another version.
        package init?(_ total: [UInt8]) {
            if total.isEmpty { return nil }
            length = total.count
            end = Array(total.suffix(Self.endLength))
        }

        /// Whether `total` begins with the one that was read.
        func isPrefix(of total: [UInt8]) -> Bool {
            total.count >= length && total[..<length].suffix(Self.endLength) == end[...]
        }
    }

    package var version: BlockVersion?
    package var tag: ContributionTag?
    package var words: WordList.Identity?
    /// nil: there was none.
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

    /// As shard `shard` reads it; as no shard does, if nil.
    package init(_ record: BlockRecord, shard: Int? = nil) {
        self.init(
            version: record.version, tag: shard.flatMap { record.tags[$0] }, words: record.wordsIdentity,
            total: record.total.flatMap(Total.init))
    }
}

/// Replaces a shard's contribution to a block, and changes the total with it.
package struct BlockWrite: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        /// Puts a total in the place of the one that was read, with what has been appended to that since behind it.
        case replace([UInt8], version: BlockVersion)
        /// Appends bytes to the total, whichever that is now.
        case append([UInt8])
        /// Removes everything in the block and then puts a total there: only for a block that is damaged beyond
        /// reading.
        case startOver([UInt8], version: BlockVersion)
    }

    package var block: Int
    package var shard: Int
    package var basis: BlockBasis
    package var change: Change
    package var contribution: [UInt8]
    package var tag: ContributionTag
    /// The whole new word list, if it has grown.
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

/// Sets a block right on behalf of no shard: a new total, and contributions removed with their tags, so that their
/// shards find them gone. The contract is that of a write: only over the version it was computed from, all at once.
package struct BlockRepair: Sendable, Equatable {
    package var block: Int
    /// What it was computed from. It is refused over another version, and if anything has been appended to the total
    /// since.
    package var basis: BlockBasis
    package var version: BlockVersion
    /// nil: everything in the block is removed, the version too.
    package var total: [UInt8]?
    /// Shards whose contribution and tag are removed.
    package var removed: [Int]
    /// Tags to store anew, by shard.
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
    /// The block is not what the write was computed from: read again.
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

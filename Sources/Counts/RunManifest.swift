/// What all shards of a run must agree on. The first shard to arrive stores it; every later one compares.
package struct RunManifest: Sendable, Equatable {
    /// The layout of everything in the store; another number is refused.
    package static let formatVersion = 3
    /// What each number may be, on a command line and in the store.
    package static let topicsRange = 1...65536
    package static let blocksRange = 1...65536
    package static let shardsRange = 1...65536
    package static let coresRange = 1...4096

    /// Names this run among all that ever had its name: 64 random bits, new when a run is replaced.
    package var id: UInt64
    package var formatVersion = RunManifest.formatVersion
    /// The base name of the document file: for people and for the names of dumps; not compared.
    package var document: String
    package var topics: Int
    package var alpha: Double
    package var beta: Double
    package var seed: UInt64
    package var blocks: Int
    package var shards: Int
    package var cores: Int
    /// XXH64 of the corpus's lines.
    package var corpusDigest: UInt64
    /// The corpus's lines, all shards together.
    package var documents: Int
    /// How the corpus is read: its format, and what decides on its words.
    package var reading: String
    /// Seconds of silence after which a shard is taken for dead: what the first shard was given holds for all, and
    /// for those who look at the run; not compared.
    package var lease: Double

    package init(
        id: UInt64 = .random(in: .min ... .max), document: String, topics: Int, alpha: Double, beta: Double,
        seed: UInt64,
        blocks: Int, shards: Int, cores: Int, corpusDigest: UInt64, documents: Int,
        reading: String = "", lease: Double = RunAdmission.defaultLease
    ) {
        self.id = id
        self.document = document
        self.topics = topics
        self.alpha = alpha
        self.beta = beta
        self.seed = seed
        self.blocks = blocks
        self.shards = shards
        self.cores = cores
        self.corpusDigest = corpusDigest
        self.documents = documents
        self.reading = reading
        self.lease = lease
    }

    /// What two manifests disagree on.
    package struct Difference: Sendable, Equatable {
        /// As the user gives it: "--topics", or "the corpus".
        package let setting: String
        package let stored: String
        package let given: String

        package init(setting: String, stored: String, given: String) {
            (self.setting, self.stored, self.given) = (setting, stored, given)
        }
    }

    /// Everything in which `given` differs from this, the stored manifest; empty if they can share a run.
    package func differences(from given: RunManifest) -> [Difference] {
        func difference<Value: Equatable>(_ setting: String, _ value: (RunManifest) -> Value) -> Difference? {
            let (stored, given) = (value(self), value(given))
            return stored == given ? nil : Difference(setting: setting, stored: "\(stored)", given: "\(given)")
        }
        return [
            difference("the store's format", \.formatVersion),
            difference("--topics", \.topics), difference("--alpha", \.alpha), difference("--beta", \.beta),
            difference("--shards", \.shards), difference("--cores", \.cores), difference("--seed", \.seed),
            difference("the corpus (XXH64 of its lines)") { Hexadecimal.text($0.corpusDigest) },
            difference("the corpus (documents)", \.documents), difference("how words are read", \.reading),
            // Another corpus has other blocks of itself.
            corpusDigest == given.corpusDigest ? difference("--blocks", \.blocks) : nil,
        ].compactMap(\.self)
    }
}

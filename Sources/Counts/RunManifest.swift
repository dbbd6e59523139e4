import Platform

/// The settings on which all shards of a run must agree. The first shard stores them, and each later shard compares
/// them with its own.
package struct RunManifest: Sendable, Equatable {
    /// The version of the data format in the store. Other versions are refused.
    package static let formatVersion = 3
    /// The valid range of each number, on a command line and in the store.
    package static let topicsRange = 1...65536
    package static let blocksRange = 1...65536
    package static let shardsRange = 1...65536
    package static let coresRange = 1...4096

    /// 64 random bits that distinguish this run from earlier runs of the same name. A run that replaces another gets a
    /// new id.
    package var id: UInt64
    package var formatVersion = RunManifest.formatVersion
    /// The base name of the document file, which is shown to users and used in the names of dumps. It is not compared.
    package var document: String
    package var topics: Int
    package var alpha: Double
    package var beta: Double
    package var seed: UInt64
    package var blocks: Int
    package var shards: Int
    package var cores: Int
    /// The XXH64 of the corpus's lines.
    package var corpusDigest: UInt64
    /// The number of lines of the corpus, over all shards.
    package var documents: Int
    /// How the corpus is read: its format and the rules that select its words.
    package var reading: String
    /// The seconds without a report after which a shard is considered dead. The first shard's value applies to all
    /// shards and to all programs that inspect the run. It is not compared.
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

    /// A setting in which two manifests differ.
    package struct Difference: Sendable, Equatable {
        /// The setting as the user knows it: "--topics", or "the corpus".
        package let setting: String
        package let stored: String
        package let given: String

        package init(setting: String, stored: String, given: String) {
            (self.setting, self.stored, self.given) = (setting, stored, given)
        }
    }

    /// Returns the settings in which `given` differs from this manifest, which is the stored one; empty if both can
    /// belong to the same run.
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
            // The default number of blocks depends on the corpus, so it is not compared if the corpora differ.
            corpusDigest == given.corpusDigest ? difference("--blocks", \.blocks) : nil,
        ].compactMap(\.self)
    }
}

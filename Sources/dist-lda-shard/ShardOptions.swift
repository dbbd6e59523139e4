import ArgumentParser
import CommandLineTools
import Corpus
import Counts
import RedisStore
import Reporting
import Sampling
import Training

/// How long to train, and how.
struct TrainingOptions: ParsableArguments {
    /// The samplers a user can choose.
    enum Sampler: String, CaseIterable, ExpressibleByArgument {
        case wordMajor = "word-major"
        case dense

    }

    /// The instruction sets a user can choose.
    enum Kernel: String, CaseIterable, ExpressibleByArgument {
        case auto, avx512, avx2, neon, plain
    }

    @Option(
        help: ArgumentHelp("Sweeps over all tokens (default: 1000).", valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    var iterations = 1000

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Start from a model: the topics of a MALLET state of the same documents (its files follow one another as if "
                + "joined), or topics drawn by the counts of a dist_lda dump. --anneal is then 0 unless given.",
            valueName: "file"))
    var from: [String] = []

    @Option(
        help: ArgumentHelp(
            "First sweeps, over which beta falls from a larger one, so that topics find their themes sooner; 0 for none "
                + "(default: 20, at most a fifth of all; 0 above 256 topics).", valueName: "sweeps"),
        transform: Numbers.whole(0...Int.max))
    var anneal: Int?

    @Option(
        help: ArgumentHelp(
            "Where the random numbers start; the same for all shards of a run (default: 1).", valueName: "number"),
        transform: Numbers.unsigned)
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Sweeps from one log-likelihood to the next (default: 10).", valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var showEvery = 10

    @Option(
        help: ArgumentHelp(
            "Both draw exactly the same distribution; dense is the slow reference.", valueName: "word-major|dense"))
    var sampler = Sampler.wordMajor

    @Option(
        help: ArgumentHelp(
            "Instructions for the sampler; all give the same result (default: the fastest this processor has).",
            valueName: "auto|avx512|avx2|neon|plain"))
    var kernel = Kernel.auto

    @Option(
        help: ArgumentHelp(
            "Accepted for old scripts and not used: the vocabulary is counted, and grows with the documents.",
            valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    var vocabSize: Int?
}

extension TrainingOptions {
    /// Throws `UsageError` if this processor does not have the instructions asked for.
    func instructions() throws -> InstructionSet {
        let supported = InstructionSet.supported
        guard kernel != .auto else { return .best }
        guard let chosen = InstructionSet(rawValue: kernel.rawValue), supported.contains(chosen) else {
            let names = supported.map(\.rawValue).joined(separator: ", ")
            throw UsageError(
                "--kernel=\(kernel.rawValue) is not to be had on this processor, which has \(names): leave --kernel out, or name one of these"
            )
        }
        return chosen
    }

    /// Makes a core's sampler.
    func sampler(_ instructions: InstructionSet) -> @Sendable (Priors) -> any TopicSampler {
        switch sampler {
        case .wordMajor: { WordMajorSampler(priors: $0, instructions: instructions) }
        case .dense: { DenseSampler(priors: $0) }
        }
    }
}

/// How far shards may be apart.
enum Staleness: Equatable {
    case none
    case atMost(Int)

    init(_ text: String) throws {
        self = text == "none" ? .none : .atMost(try Numbers.whole(0...Int.max)(text))
    }

    var sweeps: Int? {
        switch self {
        case .none: nil
        case .atMost(let sweeps): sweeps
        }
    }
}

/// Which part of the work is this process's, and how it meets the others.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cores, and so slices, of each shard; the same for all (default: all of this machine).",
            valueName: "number"),
        transform: Numbers.whole(RunManifest.coresRange))
    var cores: Int?

    @Option(
        help: ArgumentHelp("Shards of the run (default: 1).", valueName: "number"),
        transform: Numbers.whole(RunManifest.shardsRange))
    var shards = 1

    @Option(
        help: ArgumentHelp("Which of them this is, from 0 (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    var thisShard = 0

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run's name in the store (default: the document's base name).", valueName: "name"),
        transform: { try RunName($0) })
    var name: RunName?

    @Option(
        help: ArgumentHelp(
            "Sweeps from one exchange with the other shards to the next (default: 1, or 2 where sweeps are so short that "
                + "exchanges would take more than a tenth of their time).", valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var syncEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Blocks that the words are dealt to, the unit of exchange (default: 16 to 2048, by the bytes of the documents).",
            valueName: "number"),
        transform: Numbers.whole(RunManifest.blocksRange))
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            "Sweeps that this shard may be ahead of the slowest that is alive; 0 keeps all in step, none sets no bound (default: "
                + "\(Pace.defaultStaleness)).", valueName: "sweeps|none"),
        transform: Staleness.init)
    var staleness = Staleness.atMost(Pace.defaultStaleness)

    @Flag(help: "Rest while waiting for other shards (default: do extra sweeps meanwhile, which run.json counts).")
    var noExtraSweeps = false

    @Option(
        help: ArgumentHelp(
            "Silence after which another shard is taken for dead, and waited for no more (default: 10).",
            valueName: "seconds"),
        transform: Numbers.positive)
    var lease = RunAdmission.defaultLease

    @Flag(help: "Take the shard from a process that holds it and is alive; that one ends with exit code 76.")
    var takeOver = false

    @Flag(help: "Replace a run of this name that has finished, or of which no shard is alive, and its checkpoints.")
    var fresh = false

    @Flag(help: "End as soon as this shard has finished (default: stay until all have).")
    var leave = false

    /// The slices of this process. Throws `UsageError`.
    func plan(isAlone: Bool) throws -> SlicePlan {
        guard thisShard < shards else {
            throw UsageError(
                "--this-shard is \(thisShard) but there are --shards=\(shards): give a number from 0 to \(shards - 1)")
        }
        if isAlone && shards > 1 {
            throw UsageError(
                "--shards=\(shards) needs a place to meet: name the Redis server with --redis or in REDIS_URL")
        }
        return SlicePlan(shards: shards, cores: cores ?? Machine.cores, thisShard: thisShard)
    }
}

/// What is written where.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder to write to; made if it is missing.", valueName: "folder"))
    var output = "."

    @OptionGroup var written: WriteOptions

    @Flag(help: "Keep the topics of every document in the store too: a dump, and the listener's files, then hold them.")
    var publishDocuments = false

    @Option(
        help: ArgumentHelp("Words to print of each topic at the end; 0 for none (default: 10).", valueName: "number"),
        transform: Numbers.whole(0...1000))
    var topWords = 10
}

extension OutputOptions {
    /// What this process is to write. Throws `UsageError` for what it cannot.
    func formats(topics: Int, isAlone: Bool) throws -> [ModelFormat] {
        let formats = written.formats(unasked: isAlone ? [.distLDA] : [])
        try written.check(formats, parts: isAlone ? [.model, .documents, .tokens] : [.documents, .tokens]) { _ in
            "a shard has only its own documents, and not the counts of the whole model: give it to dist-lda-listener"
        }
        try WriteOptions.check(formats, topics: topics)
        return formats
    }
}

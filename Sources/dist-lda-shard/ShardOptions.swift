import ArgumentParser
import CommandLineTools
import Corpus
import Counts
import LDA
import Models
import Platform
import RedisStore
import Sampling
import Training

/// The options for training.
struct TrainingOptions: ParsableArguments {
    /// The samplers that a user can choose.
    enum Sampler: String, CaseIterable, ExpressibleByArgument {
        case wordMajor = "word-major"
        case dense

    }

    /// The instruction sets that a user can choose.
    enum Kernel: String, CaseIterable, ExpressibleByArgument {
        case auto, avx512, avx2, neon, plain
    }

    @Option(
        help: ArgumentHelp("The number of sweeps over all tokens (default: 1000).", valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    var iterations = 1000

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Start from a model: either the topics of a MALLET state of the same documents (several files are read as "
                + "if joined), or topics drawn from the counts of a dist_lda dump of the same documents. --anneal is "
                + "then 0 unless given.",
            valueName: "file"))
    var from: [String] = []

    @Flag(
        help: "Accept a dump of other documents as --from. Its topics are only a start: training changes them.")
    var fromOtherDocuments = false

    @Option(
        help: ArgumentHelp(
            "The number of sweeps at the start during which beta falls from a larger value, so that topics form "
                + "sooner; 0 for none (default: 20, at most a fifth of all sweeps; 0 above 256 topics).",
            valueName: "sweeps"),
        transform: Numbers.whole(0...Int.max))
    var anneal: Int?

    @Option(
        help: ArgumentHelp(
            "The seed of the random numbers; the same for all shards of a run (default: 1).", valueName: "number"),
        transform: Numbers.unsigned)
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("The number of sweeps between log-likelihoods (default: 10).", valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var showEvery = 10

    @Option(
        help: ArgumentHelp(
            "Both draw from exactly the same distribution; dense is a slow reference.", valueName: "word-major|dense"))
    var sampler = Sampler.wordMajor

    @Option(
        help: ArgumentHelp(
            "The instruction set for the sampler; all give the same result (default: the fastest available).",
            valueName: "auto|avx512|avx2|neon|plain"))
    var kernel = Kernel.auto

    @Option(
        help: ArgumentHelp(
            "Accepted for old scripts but ignored: the vocabulary is counted and grows with the documents.",
            valueName: "number"),
        transform: Numbers.whole(1...Int.max))
    var vocabSize: Int?
}

extension TrainingOptions {
    /// Returns the instruction set to use. Throws `UsageError` if this processor does not support the one that was
    /// chosen.
    func instructions() throws -> InstructionSet {
        let supported = InstructionSet.supported
        guard kernel != .auto else { return .best }
        guard let chosen = InstructionSet(rawValue: kernel.rawValue), supported.contains(chosen) else {
            let names = supported.map(\.rawValue).joined(separator: ", ")
            throw UsageError(
                "--kernel=\(kernel.rawValue) is not supported by this processor, which supports \(names): omit "
                    + "--kernel or use one of these"
            )
        }
        return chosen
    }

    /// Returns a function that creates the sampler of a core.
    func sampler(_ instructions: InstructionSet) -> @Sendable (Priors) -> any TopicSampler {
        switch sampler {
        case .wordMajor: { WordMajorSampler(priors: $0, instructions: instructions) }
        case .dense: { DenseSampler(priors: $0) }
        }
    }
}

/// The number of sweeps that shards may be apart.
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

/// The options for a cluster: this process's part of the work and its exchange with other shards.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The number of cores, and of slices, of each shard; the same for all (default: all that this process may "
                + "use).",
            valueName: "number"),
        transform: Numbers.whole(ModelSettings.coresRange))
    var cores: Int?

    @Option(
        help: ArgumentHelp("The number of shards of the run (default: 1).", valueName: "number"),
        transform: Numbers.whole(RunManifest.shardsRange))
    var shards = 1

    @Option(
        help: ArgumentHelp("This shard's number, from 0 (default: 0).", valueName: "number"),
        transform: Numbers.whole(0...65535))
    var thisShard = 0

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "The name of the run in the store (default: the base name of the documents).", valueName: "name"),
        transform: { try RunName($0) })
    var name: RunName?

    @Option(
        help: ArgumentHelp(
            "The number of sweeps between exchanges with the other shards (default: 1, or 2 if sweeps are so short "
                + "that exchanges would take more than a tenth of their time).", valueName: "sweeps"),
        transform: Numbers.whole(1...Int.max))
    var syncEvery: Int?

    @Option(
        help: ArgumentHelp(
            "The number of blocks of words, the unit of exchange (default: 16 to 2048, by the bytes of the documents).",
            valueName: "number"),
        transform: Numbers.whole(RunManifest.blocksRange))
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            "The number of sweeps that this shard may be ahead of the slowest live shard; 0 keeps all shards in step, "
                + "none sets no limit (default: \(Pace.defaultStaleness)).", valueName: "sweeps|none"),
        transform: Staleness.init)
    var staleness = Staleness.atMost(Pace.defaultStaleness)

    @Flag(help: "Pause while waiting for other shards (default: do extra sweeps, which are counted in run.json).")
    var noExtraSweeps = false

    @Option(
        help: ArgumentHelp(
            "The silence after which a shard counts as dead and is no longer waited for (default: 10).",
            valueName: "seconds"),
        transform: Numbers.number(0.1...10_000_000))
    var deadAfter = RunAdmission.defaultDeadAfter

    @Flag(help: "Take over the shard from a live process, which then ends with exit code 76.")
    var takeOver = false

    @Flag(help: "Replace a run of this name, and its checkpoints, if it has finished or none of its shards is alive.")
    var fresh = false

    @Flag(help: "Exit as soon as this shard has finished (default: stay until all shards have finished).")
    var leave = false

    /// Returns the slices of this process. Throws `UsageError`.
    func plan(isAlone: Bool) throws -> SlicePlan {
        guard thisShard < shards else {
            throw UsageError(
                "--this-shard is \(thisShard) but there are --shards=\(shards): give a number from 0 to \(shards - 1)")
        }
        if isAlone && shards > 1 {
            throw UsageError(
                "--shards=\(shards) needs a Redis server: name it with --redis or in REDIS_URL")
        }
        return SlicePlan(shards: shards, cores: cores ?? Machine.cores, thisShard: thisShard)
    }
}

/// The options for output.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder to write to; created if it does not exist.", valueName: "folder"))
    var output = "."

    @OptionGroup var written: WriteOptions

    @Flag(
        help: "Write the words of the model in the order of the list of words (--vocab, or that of numbered words).")
    var keepWordOrder = false

    @Flag(help: "Also store the topics of every document, so that dumps and the listener's files hold them.")
    var publishDocuments = false

    @Option(
        help: ArgumentHelp(
            "The number of words to print for each topic at the end; 0 for none (default: 10).", valueName: "number"),
        transform: Numbers.whole(0...1000))
    var topWords = 10
}

extension OutputOptions {
    /// Returns the formats that this process writes. Throws `UsageError` for those that it cannot write.
    func formats(topics: Int, isAlone: Bool) throws -> [ModelFormat] {
        let formats = written.formats(unasked: isAlone ? [.distLDA] : [])
        try written.check(formats, parts: isAlone ? [.model, .documents, .tokens] : [.documents, .tokens]) { _ in
            "a shard has only its own documents, not the counts of the whole model: use it with dist-lda-listener"
        }
        try ModelFormat.check(formats, topics: topics)
        if keepWordOrder && !isAlone {
            throw UsageError(
                "--keep-word-order: dist-lda-listener writes the words of a cluster's model: use the flag with "
                    + "dist-lda convert --model")
        }
        return formats
    }
}

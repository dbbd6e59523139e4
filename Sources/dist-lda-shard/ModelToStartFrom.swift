import Files
import CommandLineTools
import Conversion
import Corpus
import Reporting
import Sampling

/// What `--from` names, read before the documents are.
struct ModelToStartFrom {
    let source: ModelSource
    /// What faults name.
    let file: String

    /// Whether the documents' names are needed.
    var hasNames: Bool {
        if case .dump(let dump) = source { dump.documents.count > 0 } else { false }
    }

    /// By slice, the topics to start from. Throws `ModelFileError`.
    func assignments(for corpus: ShardCorpus, priors: Priors, seed: UInt64, shard: Int) throws -> [[UInt16]] {
        let start = ChainSeed(corpus: corpus, file: file)
        return switch source {
        case .state(let state): try start.assignments(from: state)
        case .dump(let dump): start.assignments(from: dump, priors: priors, seed: seed, shard: shard)
        }
    }
}

extension TrainingOptions {
    /// The model to start from, nil if there is none. Throws `ModelFileError`, and `UsageError` if it has other topics.
    func start(topics: Int) throws -> ModelToStartFrom? {
        guard let first = from.first else { return nil }
        if from.contains("-") { throw UsageError("--from is read several times: name files, not standard input") }
        let source = try ModelSource.read(from)
        let found =
            switch source {
            case .state(let state): state.topics
            case .dump(let dump): dump.model.topics
            }
        guard found == topics else {
            throw UsageError("--topics=\(topics) and \(first) has \(found): give --topics=\(found)")
        }
        return ModelToStartFrom(source: source, file: first)
    }
}

import CommandLineTools
import Conversion
import Corpus
import LDA
import Models
import Sampling

/// The model that `--from` names. It is read before the documents.
struct InitialModel {
    let source: ModelSource
    /// The file that error messages name.
    let file: String

    /// Whether the documents' names are needed.
    var hasNames: Bool {
        if case .dump(let dump) = source { dump.documents.count > 0 } else { false }
    }

    /// Returns the topics to start from, by slice. Throws `ModelFileError`, and `UsageError` if a dump is of other
    /// documents and `allowsOthers` is false.
    /// - Parameter isWhole: whether the corpus has the documents of all shards.
    func assignments(
        for corpus: ShardCorpus, priors: Priors, seed: UInt64, shard: Int, isWhole: Bool, allowsOthers: Bool
    ) throws -> [[UInt16]] {
        let start = InitialTopicsFromModel(corpus: corpus, file: file)
        switch source {
        case .state(let state): return try start.assignments(from: state)
        case .dump(let dump):
            if !allowsOthers, let difference = start.difference(from: dump, isWhole: isWhole) {
                throw UsageError(
                    "--from continues a model on its own documents, but \(file) is of others (\(difference)): to train "
                        + "another model that starts with these topics, add --from-other-documents")
            }
            return start.assignments(from: dump, priors: priors, seed: seed, shard: shard)
        }
    }
}

extension TrainingOptions {
    /// Reads the model to start from; nil without `--from`. Throws `ModelFileError`, and `UsageError` if the number of
    /// topics differs.
    func initialModel(topics: Int) throws -> InitialModel? {
        guard let first = from.first else { return nil }
        if from.contains("-") { throw UsageError("--from is read repeatedly: name files, not standard input") }
        let source = try ModelSource.read(from)
        let found =
            switch source {
            case .state(let state): state.topics
            case .dump(let dump): dump.model.topics
            }
        guard found == topics else {
            throw UsageError("--topics is \(topics), but \(first) has \(found) topics: use --topics=\(found)")
        }
        return InitialModel(source: source, file: first)
    }
}

package import Counts
import Platform

/// The settings of a model that is trained, as all shards of a run share them. In the run's manifest they are named
/// settings, whose names and texts are known only here.
package struct ModelSettings: Sendable, Equatable {
    /// The valid range of `cores`, on a command line and in the store.
    package static let coresRange = 1...4096

    /// The base name of the document file, which is shown to users and used in the names of dumps. It is not compared.
    package var document: String
    package var priors: Priors
    package var seed: UInt64
    /// The number of slices of each shard.
    package var cores: Int
    /// The XXH64 of the corpus's lines.
    package var corpusDigest: UInt64
    /// The number of lines of the corpus, over all shards.
    package var documents: Int
    /// How the corpus is read: its format and the rules that select its words.
    package var reading: String

    package init(
        document: String, priors: Priors, seed: UInt64, cores: Int, corpusDigest: UInt64, documents: Int,
        reading: String = ""
    ) {
        self.document = document
        self.priors = priors
        self.seed = seed
        self.cores = cores
        self.corpusDigest = corpusDigest
        self.documents = documents
        self.reading = reading
    }

    /// The names of the settings in a manifest.
    private enum Name {
        static let document = "document"
        static let alpha = "alpha"
        static let beta = "beta"
        static let seed = "seed"
        static let cores = "cores"
        static let corpus = "corpus"
        static let documents = "documents"
        static let reading = "reading"
    }

    /// Reads the settings of run `run`. Throws `.misconfigured` if one is missing or not valid.
    package init(_ manifest: RunManifest, ofRun run: String) throws(CountStoreError) {
        do throws(RunManifest.InvalidSetting) { try self.init(manifest) } catch {
            throw .misconfigured(
                reason: "the manifest of run \(run) is damaged: its \(error.name) is "
                    + "\((error.value ?? "").debugDescription); remove the run with dist-lda store flush --run \(run), "
                    + "or name another with --run")
        }
    }

    package init(_ manifest: RunManifest) throws(RunManifest.InvalidSetting) {
        func value<Value>(_ name: String, _ read: (String) -> Value?) throws(RunManifest.InvalidSetting) -> Value {
            guard let text = manifest[name], let value = read(text) else {
                throw RunManifest.InvalidSetting(name: name, value: manifest[name])
            }
            return value
        }
        func whole(_ range: ClosedRange<Int>) -> (String) -> Int? {
            { Int($0).flatMap { range.contains($0) ? $0 : nil } }
        }
        let beta = try value(Name.beta) { Double($0).flatMap { Priors.isValid($0) ? $0 : nil } }
        self.init(
            document: manifest[Name.document] ?? "",
            priors: try value(Name.alpha) { Priors(topics: manifest.columns, alphaText: $0, beta: beta) },
            seed: try value(Name.seed) { UInt64($0) }, cores: try value(Name.cores, whole(Self.coresRange)),
            corpusDigest: try value(Name.corpus) { Hexadecimal.value($0) },
            documents: try value(Name.documents, whole(0...Int.max)), reading: manifest[Name.reading] ?? "")
    }
}

extension RunManifest {
    /// Creates the manifest of a run that trains a model with these settings. Throws if a number is not in its range.
    package init(
        id: UInt64 = .random(in: .min ... .max), checking model: ModelSettings, blocks: Int, shards: Int,
        deadAfter: Double = RunAdmission.defaultDeadAfter
    ) throws(InvalidSetting) {
        try self.init(id: id, settings: model.named(blocks: blocks, shards: shards, deadAfter: deadAfter))
    }

    /// Creates the manifest of a run that trains a model with these settings, whose numbers are in their ranges.
    package init(
        id: UInt64 = .random(in: .min ... .max), _ model: ModelSettings, blocks: Int, shards: Int,
        deadAfter: Double = RunAdmission.defaultDeadAfter
    ) {
        do throws(InvalidSetting) {
            try self.init(id: id, checking: model, blocks: blocks, shards: shards, deadAfter: deadAfter)
        } catch {
            preconditionFailure("the setting \(error.name) is \(error.value ?? "missing")")
        }
    }
}

extension ModelSettings {
    fileprivate func named(blocks: Int, shards: Int, deadAfter: Double) -> [RunSetting] {
        [
            RunSetting(Name.document, document),
            RunSetting(RunManifest.Name.columns, priors.topics, comparedAs: "--topics"),
            RunSetting(Name.alpha, priors.alphaText, comparedAs: "--alpha"),
            RunSetting(Name.beta, priors.beta, comparedAs: "--beta"),
            RunSetting(RunManifest.Name.shards, shards, comparedAs: "--shards"),
            RunSetting(Name.cores, cores, comparedAs: "--cores"),
            RunSetting(Name.seed, seed, comparedAs: "--seed"),
            RunSetting(Name.corpus, Hexadecimal.text(corpusDigest), comparedAs: "the corpus (XXH64 of its lines)"),
            RunSetting(Name.documents, documents, comparedAs: "the corpus (documents)"),
            RunSetting(Name.reading, reading, comparedAs: "how words are read"),
            // The default number of blocks depends on the corpus, so it is not compared if the corpora differ.
            RunSetting(RunManifest.Name.blocks, blocks, comparedAs: "--blocks", ifEqual: Name.corpus),
            RunSetting(RunManifest.Name.deadAfter, deadAfter),
        ]
    }
}

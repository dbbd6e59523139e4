package import Counts
import LDA

/// Manifests of the runs of tests.
extension RunManifest {
    package init(
        id: UInt64 = .random(in: .min ... .max), document: String, topics: Int, alpha: Double, beta: Double,
        seed: UInt64, blocks: Int, shards: Int, cores: Int, corpusDigest: UInt64, documents: Int, reading: String = ""
    ) {
        self.init(
            id: id,
            ModelSettings(
                document: document, priors: Priors(topics: topics, alpha: alpha, beta: beta), seed: seed, cores: cores,
                corpusDigest: corpusDigest, documents: documents, reading: reading),
            blocks: blocks, shards: shards)
    }

    /// Returns this manifest with other values, by the names of the settings; nil removes a setting.
    package func changing(_ values: [String: String?], id: UInt64? = nil) throws -> RunManifest {
        let settings = settings.compactMap { setting -> RunSetting? in
            guard let value = values[setting.name, default: setting.value] else { return nil }
            return RunSetting(setting.name, value, comparedAs: setting.label, ifEqual: setting.condition)
        }
        return try RunManifest(id: id ?? self.id, formatVersion: formatVersion, settings: settings)
    }
}

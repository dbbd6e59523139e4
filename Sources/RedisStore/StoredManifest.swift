import Counts
import Platform

/// The conversion between a run's manifest and the fields of a hash, which are readable in redis-cli.
enum StoredManifest {
    /// A field that is missing or has an invalid value.
    struct Fault: Error, Equatable {
        let field: String
        let value: String?
    }

    static func fields(of manifest: RunManifest) -> [(String, String)] {
        [
            ("id", Hexadecimal.text(manifest.id)), ("format", "\(manifest.formatVersion)"),
            ("document", manifest.document), ("topics", "\(manifest.topics)"), ("alpha", "\(manifest.alpha)"),
            ("beta", "\(manifest.beta)"), ("seed", "\(manifest.seed)"), ("blocks", "\(manifest.blocks)"),
            ("shards", "\(manifest.shards)"), ("cores", "\(manifest.cores)"),
            ("corpus", Hexadecimal.text(manifest.corpusDigest)), ("documents", "\(manifest.documents)"),
            ("reading", manifest.reading), ("lease", "\(manifest.lease)"),
        ]
    }

    /// - Returns: nil if there is no manifest.
    static func manifest(of fields: [String: String]) throws(Fault) -> RunManifest? {
        guard fields["id"] != nil else { return nil }
        func value<Value>(_ field: String, _ read: (String) -> Value?) throws(Fault) -> Value {
            guard let text = fields[field], let value = read(text) else {
                throw Fault(field: field, value: fields[field])
            }
            return value
        }
        func whole(_ range: ClosedRange<Int>) -> (String) -> Int? {
            { Int($0).flatMap { range.contains($0) ? $0 : nil } }
        }
        func positive(_ text: String) -> Double? { Double(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
        func bits(_ text: String) -> UInt64? { BlockVersion(text: text)?.value }
        var manifest = RunManifest(
            id: try value("id", bits), document: fields["document"] ?? "",
            topics: try value("topics", whole(RunManifest.topicsRange)),
            alpha: try value("alpha", positive), beta: try value("beta", positive),
            seed: try value("seed", { UInt64($0) }),
            blocks: try value("blocks", whole(RunManifest.blocksRange)),
            shards: try value("shards", whole(RunManifest.shardsRange)),
            cores: try value("cores", whole(RunManifest.coresRange)),
            corpusDigest: try value("corpus", bits), documents: try value("documents", whole(0...Int.max)),
            reading: fields["reading"] ?? "", lease: try value("lease", positive))
        manifest.formatVersion = try value("format", { Int($0) })
        return manifest
    }
}

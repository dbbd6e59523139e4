package import Counts
package import JSON
package import LDA
package import RedisStore

/// The list of all runs on a server.
package struct RunList {
    package typealias Settings = (manifest: RunManifest, model: ModelSettings)

    private let runs: [(name: RunName, settings: Settings?)]

    package init(_ store: RedisCountStore, settings: (RunName) -> Settings?) throws {
        runs = try store.runs().map { ($0, settings($0)) }
    }

    package var text: String {
        var table = Table("RUN", "SHARDS", "TOPICS", "BLOCKS", "DOCUMENTS", "FROM")
        for (name, settings) in runs {
            guard let (manifest, model) = settings else {
                table.add(name.text, "?", "?", "?", "?", "?")
                continue
            }
            table.add(
                name.text, "\(manifest.shards)", "\(manifest.columns)", "\(manifest.blocks)", "\(model.documents)",
                Printable.text(model.document))
        }
        return table.text
    }

    package var json: JSONValue {
        [
            "runs": .array(
                runs.map { name, settings in
                    ["run": .string(name.text), "manifest": settings.map(RunReport.json) ?? .null]
                })
        ]
    }
}

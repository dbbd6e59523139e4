package import Counts
package import JSON
package import RedisStore

/// The list of all runs on a server.
package struct RunList {
    private let runs: [(name: RunName, manifest: RunManifest?)]

    package init(_ store: RedisCountStore, manifest: (RunName) -> RunManifest?) throws {
        runs = try store.runs().map { ($0, manifest($0)) }
    }

    package var text: String {
        var table = Table("RUN", "SHARDS", "TOPICS", "BLOCKS", "DOCUMENTS", "FROM")
        for (name, manifest) in runs {
            guard let manifest else {
                table.add(name.text, "?", "?", "?", "?", "?")
                continue
            }
            table.add(
                name.text, "\(manifest.shards)", "\(manifest.topics)", "\(manifest.blocks)", "\(manifest.documents)",
                Printable.text(manifest.document))
        }
        return table.text
    }

    package var json: JSONValue {
        [
            "runs": .array(
                runs.map { name, manifest in
                    ["run": .string(name.text), "manifest": manifest.map(RunReport.json) ?? .null]
                })
        ]
    }
}

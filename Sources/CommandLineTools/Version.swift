/// The version of all tools, as `--version` shows it and dumps and `run.json` record it.
package enum Version {
    package static let number = "0.1.0"

    /// "dist-lda-shard 0.1.0"
    package static func line(of tool: String) -> String { "\(tool) \(number)" }
}

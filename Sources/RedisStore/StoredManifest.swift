import Counts
import Platform

/// The conversion between a run's manifest and the fields of a hash, which are readable in redis-cli: "id", "format",
/// and the settings by name.
enum StoredManifest {
    private static let id = "id"
    private static let format = "format"

    static func fields(of manifest: RunManifest) -> [(String, String)] {
        [(id, Hexadecimal.text(manifest.id)), (format, "\(manifest.formatVersion)")]
            + manifest.settings.map { ($0.name, $0.value) }
    }

    /// Reads the fields of a hash, in which a server's own fields (`ServerPlace`) are not settings.
    /// - Returns: nil if there is no manifest.
    static func manifest(of fields: [String: String]) throws(RunManifest.InvalidSetting) -> RunManifest? {
        guard let id = fields[id] else { return nil }
        func invalid(_ field: String) -> RunManifest.InvalidSetting { .init(name: field, value: fields[field]) }
        guard let bits = Hexadecimal.value(id) else { throw invalid(Self.id) }
        guard let version = fields[format].flatMap({ Int($0) }) else { throw invalid(format) }
        let others = [Self.id, format] + ServerPlace.fieldNames
        let settings = fields.filter { !others.contains($0.key) }.sorted { $0.key < $1.key }
        return try RunManifest(id: bits, formatVersion: version, settings: settings.map { RunSetting($0, $1) })
    }
}

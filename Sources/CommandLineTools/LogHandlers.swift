import JSON
import Logging
import Platform

/// Writes lines such as `2026-11-21T01:02:03Z info message key=value other="two words"`. Keys are in alphabetical
/// order; characters that could control a terminal are escaped.
struct TextLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(Timestamp.now()) \(event.level) \(UTF8Text.printable(Array("\(event.message)".utf8).span))"
        for (key, value) in LogLine.members(metadata, event) {
            let text = UTF8Text.printable(Array(value.utf8).span)
            let isPlain = !text.isEmpty && !text.utf8.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\"") }
            line += isPlain ? " \(key)=\(text)" : " \(key)=\"\(text)\""
        }
        StandardStream.error.write(line + "\n")
    }
}

/// Writes lines such as `{"time": "2026-11-21T01:02:03Z", "level": "info", "message": "...", "key": "value"}`.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let head: [(key: String, value: JSONValue)] = [
            ("time", .string(Timestamp.now())), ("level", .string("\(event.level)")),
            ("message", .string("\(event.message)")),
        ]
        let members = LogLine.members(metadata, event).map { (key: $0.0, value: JSONValue.string($0.1)) }
        StandardStream.error.write(JSONValue.object(head + members).line() + [UInt8(ascii: "\n")])
    }
}

/// Code shared by both handlers.
private enum LogLine {
    /// The metadata of the handler and the event, sorted by key; the event's value takes precedence.
    static func members(_ metadata: Logger.Metadata, _ event: LogEvent) -> [(String, String)] {
        metadata.merging(event.metadata ?? [:]) { $1 }.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
    }
}

package import Files

/// A JSON value (RFC 8259) for `run.json` and the `.jsonl` files. Objects keep the order of their members.
///
///     let line: JSONValue = ["sweep": 3, "seconds": 0.25, "shards": .array([0, 1])]
///
/// Integers are written as they are, doubles with the fewest digits that read back as the same double. A double that is
/// not finite is written as null, because JSON cannot represent it. Text is escaped by `JSONText`.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    /// Text given as bytes, which need not be UTF-8.
    case bytes([UInt8])
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// Returns the value on one line, without a line end: `{"a": 1, "b": [2, 3]}`.
    package func line() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes, indentation: nil)
        return bytes
    }

    /// Returns the value with each member of an object on its own line, indented by two spaces per level, and a newline
    /// at the end.
    package func page() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes, indentation: 0)
        return bytes + [UInt8(ascii: "\n")]
    }

    private func append(to bytes: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .unsigned(let value): bytes.append(contentsOf: String(value).utf8)
        case .number(let value): bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        case .string(let value): JSONText.append(Array(value.utf8).span, to: &bytes)
        case .bytes(let value): JSONText.append(value.span, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(contentsOf: ", ".utf8) }
                value.append(to: &bytes, indentation: nil)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            append(members, to: &bytes, indentation: members.isEmpty ? nil : indentation)
        }
    }

    private func append(
        _ members: [(key: String, value: JSONValue)], to bytes: inout [UInt8], indentation: Int?
    ) {
        func newLine(_ level: Int) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
        }
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(contentsOf: (indentation == nil ? ", " : ",").utf8) }
            if let indentation { newLine(indentation + 1) }
            JSONText.append(Array(member.key.utf8).span, to: &bytes)
            bytes.append(contentsOf: ": ".utf8)
            member.value.append(to: &bytes, indentation: indentation.map { $0 + 1 })
        }
        if let indentation { newLine(indentation) }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { (key: $0.0, value: $0.1) })
    }

    package init(stringLiteral value: String) { self = .string(value) }

    package init(integerLiteral value: Int) { self = .integer(value) }

    package init(floatLiteral value: Double) { self = .number(value) }

    package init(booleanLiteral value: Bool) { self = .bool(value) }

    package init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    /// Writes the value as a page to `path`, completely or not at all. Used for `run.json`.
    package func write(to path: String) throws(FileError) {
        let file = try AtomicFile(path: path)
        try file.write(page())
        try file.commit()
    }
}

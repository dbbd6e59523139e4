import JSON

/// Makes text from the store, which other programs may have written, safe for a terminal.
package enum Printable {
    package static func text(_ text: String) -> String { UTF8Text.printable(Array(text.utf8).span) }
}

import Reporting

/// Text that others wrote into the store, for a terminal.
enum Printable {
    static func text(_ text: String) -> String { UTF8Text.printable(Array(text.utf8).span) }
}

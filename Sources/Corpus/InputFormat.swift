/// The formats a corpus can have; raw values are the spellings on the command line.
///
/// A new one is a case here, a file under `Formats/`, and a line in `ShardBuilder.append`.
package enum InputFormat: String, CaseIterable, Sendable {
    /// `name TAB word:count TAB word:count ...`, one document a line.
    case distLDA = "dist_lda"
    /// Tokens between white space, one document a line.
    case text
}

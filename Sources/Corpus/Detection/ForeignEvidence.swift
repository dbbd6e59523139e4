/// The evidence that a file is of a kind from which no documents are read.
package enum ForeignEvidence: Sendable {
    /// Its first bytes, which no text has.
    case bytes
    /// Its first characters. A text may have them.
    case text
    /// Its name.
    case name
}

/// The command line asks for something that cannot be done; detected after parsing. (64)
package struct UsageError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The command line says something that cannot be done, found out after it was parsed. (64)
package struct UsageError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

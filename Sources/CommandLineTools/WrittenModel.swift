package import Logging
package import Reporting

/// What a tool says of the files it has written.
extension ModelFiles.Written {
    /// Says what was written otherwise than one may expect.
    package func warn(_ logger: Logger) {
        if replacedWords > 0 {
            logger.warning(
                "words hold white space, which is written as _ in files that are split at it",
                metadata: ["count": "\(replacedWords)"])
        }
        if replacedNames > 0 {
            logger.warning(
                "names of documents hold white space, which is written as _ in files that are split at it",
                metadata: ["count": "\(replacedNames)"])
        }
        if !incomplete.isEmpty {
            logger.warning(
                "the topics of documents are not known, and what holds them is not written",
                metadata: ["formats": "\(incomplete.map(\.rawValue).joined(separator: ","))"])
        }
    }
}

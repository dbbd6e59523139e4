package import Logging
import Models

/// The warnings about files that a tool has written.
extension ModelFiles.Written {
    /// Warns about labels that were changed and formats that are not complete.
    package func warn(_ logger: Logger) {
        if replacedWords > 0 {
            logger.warning(
                "words contain white space, which is written as _ in files where it separates fields",
                metadata: ["count": "\(replacedWords)"])
        }
        if replacedNames > 0 {
            logger.warning(
                "document names contain white space, which is written as _ in files where it separates fields",
                metadata: ["count": "\(replacedNames)"])
        }
        if !incomplete.isEmpty {
            logger.warning(
                "the topics of documents are not known, so the data that depends on them is not written",
                metadata: ["formats": "\(incomplete.map(\.rawValue).joined(separator: ","))"])
        }
    }
}

import JSON
import LDA

extension JSONValue {
    /// alpha of the priors: one number if it is symmetric, otherwise an array with the number of each topic.
    static func alpha(_ priors: Priors) -> JSONValue {
        priors.symmetricAlpha.map { .number($0) } ?? .array(priors.alpha.map { .number($0) })
    }
}

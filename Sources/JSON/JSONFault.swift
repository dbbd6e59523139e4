/// The place in a JSON text at which it is invalid, and the reason. Positions are byte offsets.
package struct JSONFault: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// Something else is expected at this position.
        case expected(String)
        case unclosedQuote
        case loneSurrogate
        case tooDeep
    }

    package let range: Range<Int>
    package let reason: Reason

    init(_ range: Range<Int>, _ reason: Reason) {
        self.range = range
        self.reason = reason
    }
}

extension JSONFault.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .expected(let what): "expected \(what)"
        case .unclosedQuote: "the quote is not closed"
        case .loneSurrogate: "half of a surrogate pair occurs alone"
        case .tooDeep: "values are nested too deeply"
        }
    }
}

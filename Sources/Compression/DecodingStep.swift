/// The result of one step of a decoder.
struct DecodingStep {
    enum Outcome {
        case more, endOfMember
        case damaged(String)
    }

    let consumed: Int
    let produced: Int
    let outcome: Outcome
}

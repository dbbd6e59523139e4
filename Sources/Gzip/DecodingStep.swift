/// What a decoder did with the bytes it was given.
struct DecodingStep {
    enum Outcome {
        case more, endOfMember
        case damaged(String)
    }

    let consumed: Int
    let produced: Int
    let outcome: Outcome
}

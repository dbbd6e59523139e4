package import ArgumentParser
package import LDA

/// The options for the model: the number of topics and the priors.
package struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The number of topics (default: 100).", valueName: "number"),
        transform: Numbers.whole(1...Priors.maxTopics))
    package var topics = 100

    @Option(
        help: ArgumentHelp("The prior of each topic in a document (default: 0.1).", valueName: "number"),
        transform: Numbers.prior)
    package var alpha: Double?

    @Option(
        help: ArgumentHelp(
            "The same prior as a sum over all topics, which MALLET calls --alpha.", valueName: "number"),
        transform: Numbers.positive)
    package var alphaSum: Double?

    @Option(
        help: ArgumentHelp("The prior of each word in a topic (default: 0.01).", valueName: "number"),
        transform: Numbers.prior)
    package var beta = 0.01

    package init() {}

    package mutating func validate() throws {
        if alpha != nil && alphaSum != nil {
            throw ValidationError("give either --alpha, per topic, or --alpha-sum, not both")
        }
        if let alphaSum, !Numbers.priors.contains(alphaSum / Double(topics)) {
            throw ValidationError(
                "--alpha-sum=\(alphaSum) is \(alphaSum / Double(topics)) for each of \(topics) topics, which must be "
                    + "from 1e-9 to 1e9")
        }
    }

    package var priors: Priors {
        Priors(topics: topics, alpha: alpha ?? alphaSum.map { $0 / Double(topics) } ?? 0.1, beta: beta)
    }
}

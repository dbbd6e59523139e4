import LDA
import Testing

@Suite("the priors")
struct PriorsTests {
    @Test("a symmetric vector has one value, and its sum is a product")
    func symmetric() {
        let priors = Priors(topics: 10, alpha: 0.1, beta: 0.01)
        #expect(priors == Priors(alpha: Array(repeating: 0.1, count: 10), beta: 0.01))
        #expect(priors.symmetricAlpha == 0.1 && priors.alphaMean == 0.1 && priors.alphaText == "0.1")
        #expect(priors.alphaSum == 1, "a running sum is 0.9999999999999999")
    }

    @Test("a vector with different values has a sum and a mean")
    func asymmetric() {
        let priors = Priors(alpha: [0.5, 0.25, 0.75], beta: 0.01)
        #expect(priors.symmetricAlpha == nil && priors.alphaSum == 1.5 && priors.alphaMean == 0.5)
        #expect(priors.alphaValues == [0.5, 0.25, 0.75] && priors.alphaText == "0.5 0.25 0.75")
    }

    @Test("the text of alpha reads back as the same priors", arguments: [[0.1, 0.1], [0.1, 1e-300], [7]])
    func text(alpha: [Double]) {
        let priors = Priors(alpha: alpha, beta: 0.3)
        #expect(Priors(topics: alpha.count, alphaText: priors.alphaText, beta: 0.3) == priors)
    }

    @Test(
        "text that is not one positive number, or one for each topic, is refused",
        arguments: ["", "x", "0", "-1", "nan", "inf", "1 2", "1 2 3 4", "1 2 0", "1  2"])
    func refused(text: String) {
        #expect(Priors(topics: 3, alphaText: text, beta: 1) == nil)
    }
}

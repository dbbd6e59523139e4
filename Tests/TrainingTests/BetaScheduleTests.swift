import Testing
import Training

@Suite("The schedule of beta")
struct BetaScheduleTests {
    @Test("falls from sweep to sweep to the prior's beta, and stays there", arguments: [5, 20, 99, 100, 1000])
    func falls(iterations: Int) {
        let schedule = BetaSchedule(
            beta: 0.01, topics: 100, length: BetaSchedule.length(iterations: iterations, topics: 100))
        let betas = (0..<iterations).map { schedule.beta(sweep: $0, tokens: 2_000_000, vocabulary: 20_000) }
        #expect(abs(betas[0] - 0.31) < 1e-12)
        #expect(schedule.length == min(20, iterations / 5))
        for sweep in 1...schedule.length { #expect(betas[sweep] < betas[sweep - 1]) }
        #expect(betas[schedule.length...].allSatisfy { $0 == 0.01 })
    }

    @Test("is the prior's beta in very short runs, and without words", arguments: 0..<5)
    func short(iterations: Int) {
        let schedule = BetaSchedule(
            beta: 0.01, topics: 10, length: BetaSchedule.length(iterations: iterations, topics: 10))
        #expect(schedule.beta(sweep: 0, tokens: 1000, vocabulary: 10) == 0.01)
        let wordless = BetaSchedule(beta: 0.01, topics: 10, length: 20)
        #expect(wordless.beta(sweep: 0, tokens: 0, vocabulary: 0) == 0.01)
    }

    @Test("is not used with many topics", arguments: [(1, 20), (256, 20), (257, 0), (65536, 0)])
    func many(topics: Int, length: Int) {
        #expect(BetaSchedule.length(iterations: 1000, topics: topics) == length)
    }
}

import Counts
import Testing

@Suite struct ConflictBackoffTests {
    @Test("the limit doubles with every round of conflicts and halves with every one without")
    func limit() {
        var backoff = ConflictBackoff()
        #expect(backoff.roundEnded(conflicts: 0, seconds: 1, jitter: 0.5) == 0)
        #expect(backoff.roundEnded(conflicts: 3, seconds: 1, jitter: 0.5) == 1)
        #expect(backoff.roundEnded(conflicts: 1, seconds: 1, jitter: 0.5) == 2)
        #expect(backoff.roundEnded(conflicts: 1, seconds: 0.5, jitter: 0.5) == 2)
        #expect(backoff.roundEnded(conflicts: 0, seconds: 1, jitter: 0.5) == 0)
        #expect(backoff.roundEnded(conflicts: 1, seconds: 1, jitter: 0.5) == 4)
    }

    @Test("no wait is longer than 10 seconds, however many conflicts there were")
    func longest() {
        var backoff = ConflictBackoff()
        for _ in 0..<100 { #expect(backoff.roundEnded(conflicts: 1, seconds: 1e6, jitter: 0.999) <= 10) }
    }
}

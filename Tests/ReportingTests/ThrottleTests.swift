import Reporting
import Testing

@Suite("The limit on repeated messages")
struct ThrottleTests {
    @Test("A throttle allows one message per minute and topic")
    func throttle() {
        var throttle = Throttle()
        let start = ContinuousClock.now
        func isDue(_ topic: String, after seconds: Int) -> Bool {
            throttle.isDue(topic, at: start + .seconds(seconds))
        }
        #expect(isDue("store", after: 0))
        #expect(!isDue("store", after: 59))
        #expect(isDue("shard 1", after: 59))
        #expect(isDue("store", after: 60))
        #expect(!isDue("store", after: 61))
        throttle.reset()
        #expect(isDue("store", after: 61))
    }
}

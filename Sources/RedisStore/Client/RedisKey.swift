/// The name of a key, and the number that determines its server if there are several: number n is on server n mod N.
struct RedisKey: Sendable, Equatable, CustomStringConvertible {
    let text: String
    let number: Int

    var description: String { text }
}

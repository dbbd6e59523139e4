/// The name of a key, and the number by which several servers share the keys out: number n is on server n mod N.
struct RedisKey: Sendable, Equatable, CustomStringConvertible {
    let text: String
    let number: Int

    var description: String { text }
}

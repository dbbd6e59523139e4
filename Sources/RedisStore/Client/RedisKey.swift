/// The name of a key, the number that determines its server if there are several (number n is on server n mod N), and
/// the type of its value.
struct RedisKey: Sendable, Equatable, CustomStringConvertible {
    enum ValueType: String {
        case hash, string
        case sortedSet = "zset"

        /// Returns the name for users of a type as Redis names it.
        static func name(_ type: String) -> String { type == sortedSet.rawValue ? "sorted set" : type }
    }

    let text: String
    let number: Int
    var type = ValueType.hash

    var description: String { text }
}

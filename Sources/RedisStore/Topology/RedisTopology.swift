/// The seam between who knows keys and who knows servers: which server is asked for a key.
///
/// Three implementations: `OneServer`; `ServerList`, several that know nothing of each other; `ClusterMap`, the nodes of
/// a Redis Cluster. `RedisPipeline` runs commands over any of them.
protocol RedisTopology {
    /// The servers that hold keys, as far as they are known.
    var nodes: [RedisNode] { get }

    /// Gets ready for `node(of:)`. Returns what is to take this one's place, if the servers are not what they seemed.
    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)?

    /// The server that has a key.
    func node(of key: RedisKey) throws(ServerFailure) -> RedisNode

    /// Throws if a server that was just connected cannot be what it is taken for.
    func check(_ node: RedisNode) throws(ServerFailure)

    /// Whom to ask instead after `node` has answered with this error; nil if the error is the answer.
    mutating func redirect(_ error: ServerError, from node: RedisNode) -> Redirection?

    /// Something failed at that address: what is known may be old.
    mutating func distrust(_ address: RedisAddress)
}

/// Where a command is to be sent again.
struct Redirection {
    let node: RedisNode
    /// With the permission to ask for a key that is on its way there.
    var asking = false
}

extension RedisTopology {
    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)? { nil }
    mutating func redirect(_ error: ServerError, from node: RedisNode) -> Redirection? { nil }
    mutating func distrust(_ address: RedisAddress) {}
}

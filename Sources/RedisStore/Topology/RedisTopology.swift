/// The mapping from keys to servers.
///
/// There are three implementations: `OneServer`; `ServerList`, several independent servers; `ClusterMap`, the nodes of
/// a Redis Cluster. `RedisPipeline` runs commands over any of them.
protocol RedisTopology {
    /// The known servers that hold keys.
    var nodes: [RedisNode] { get }

    /// Prepares for calls of `node(of:)`. If the servers turn out to be of another kind, returns the topology that has
    /// to replace this one.
    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)?

    /// Returns the server that has a key.
    func node(of key: RedisKey) throws(ServerFailure) -> RedisNode

    /// Throws if a server that was just connected does not fit this topology.
    func check(_ node: RedisNode) throws(ServerFailure)

    /// Returns where to send a command again after `node` has replied with this error; nil if the error is final.
    mutating func redirect(_ error: ServerError, from node: RedisNode) -> Redirection?

    /// Marks the knowledge about the servers as possibly out of date, after a failure at `address`.
    mutating func distrust(_ address: RedisAddress)
}

/// The server to which a command has to be sent again.
struct Redirection {
    let node: RedisNode
    /// Whether to send ASKING first, because the key is being moved to that server.
    var asking = false
}

extension RedisTopology {
    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)? { nil }
    mutating func redirect(_ error: ServerError, from node: RedisNode) -> Redirection? { nil }
    mutating func distrust(_ address: RedisAddress) {}
}

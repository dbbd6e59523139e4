/// A single server that has all keys. If its first reply shows that it is a node of a cluster, a `ClusterMap` takes
/// over.
struct OneServer: RedisTopology {
    private let node: RedisNode

    init(_ address: RedisAddress, limits: RedisNode.TimeLimits) {
        node = RedisNode(address, limits: limits)
    }

    var nodes: [RedisNode] { [node] }

    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)? {
        guard try node.open(connecting: connecting), node.isClusterNode else { return nil }
        return ClusterMap(seeds: [node.address], limits: node.limits)
    }

    func node(of key: RedisKey) -> RedisNode { node }

    func check(_ node: RedisNode) {}
}

/// Several independent servers. Key number n is on server n mod N.
struct ServerList: RedisTopology {
    let nodes: [RedisNode]

    init(_ addresses: [RedisAddress], limits: RedisNode.TimeLimits) {
        nodes = addresses.map { RedisNode($0, limits: limits) }
    }

    func node(of key: RedisKey) -> RedisNode { nodes[key.number % nodes.count] }

    /// Throws if the server is a node of a cluster, or if it is in the list twice, for example under two names of a
    /// host.
    func check(_ node: RedisNode) throws(ServerFailure) {
        if node.isClusterNode {
            throw ServerFailure(
                error: .unfit(
                    "is a node of a Redis Cluster, which cannot be combined with other servers: name only its nodes, "
                        + "as in --redis=cluster:\(node.address)"), address: node.address)
        }
        guard let process = node.process else { return }
        for other in nodes where other !== node && other.process == process {
            if other.address.database != node.address.database { continue }
            throw ServerFailure(
                error: .unfit("is the same server as \(other.address): name each server once in --redis"),
                address: node.address)
        }
    }
}

/// The last known map of a Redis Cluster, from slots to nodes.
///
/// The map is requested from any node that answers. It is requested again after any event that contradicts it: a key
/// that has moved, or a node that fails. Source: "Redis cluster specification", redis.io.
struct ClusterMap: RedisTopology {
    private let seeds: [RedisAddress]
    private let limits: RedisNode.TimeLimits
    /// All known nodes, in the order in which they are asked for the map.
    private var known: [RedisNode]
    private var isStale = true
    /// The node that has each slot, by slot.
    private var owners = [RedisNode?](repeating: nil, count: HashSlot.count)
    private(set) var nodes: [RedisNode] = []

    /// - Parameter seeds: some of the nodes. The user and password of the node that answers are used for all others.
    init(seeds: [RedisAddress], limits: RedisNode.TimeLimits) {
        (self.seeds, self.limits) = (seeds, limits)
        known = seeds.map { RedisNode($0, limits: limits) }
    }

    func node(of key: RedisKey) throws(ServerFailure) -> RedisNode {
        let slot = HashSlot(of: key.text).number
        if let owner = owners[slot] { return owner }
        throw ServerFailure(
            error: .refused(
                ServerError(message: "CLUSTERDOWN no node has slot \(slot)"), command: "CLUSTER SLOTS", key: key,
                holds: nil), address: known[0].address)
    }

    func check(_ node: RedisNode) throws(ServerFailure) {
        if node.isClusterNode { return }
        throw ServerFailure(
            error: .unfit("is not a node of a Redis Cluster: leave \"cluster:\" out of --redis"), address: node.address)
    }

    // MARK: The map

    mutating func prepare(connecting: Duration?) throws(ServerFailure) -> (any RedisTopology)? {
        guard isStale else { return nil }
        var first: ServerFailure?
        for node in known {
            do throws(ServerFailure) {
                if try node.open(connecting: connecting) { try check(node) }
                let reply = try node.withSession { session throws(RedisError) in
                    try session.perform([RedisCommand("CLUSTER SLOTS")])[0]
                }
                guard let ranges = SlotRange.all(in: reply) else {
                    throw ServerFailure(error: .unexpected(command: "CLUSTER SLOTS"), address: node.address)
                }
                take(ranges, from: node)
                return nil
            } catch { first = first ?? error }
        }
        if let first { throw first }
        return nil
    }

    private mutating func take(_ ranges: [SlotRange], from source: RedisNode) {
        let earlier = known
        owners = Array(repeating: nil, count: HashSlot.count)
        (known, nodes, isStale) = ([], [], false)
        for range in ranges {
            for (index, place) in range.nodes.enumerated() {
                let node = node(at: place, as: source, among: earlier)
                if index > 0 { continue }
                for slot in range.slots { owners[slot] = node }
                if !nodes.contains(where: { $0 === node }) { nodes.append(node) }
            }
        }
        for seed in seeds where !known.contains(where: { $0.address == seed }) {
            known.append(earlier.first { $0.address == seed } ?? RedisNode(seed, limits: limits))
        }
    }

    /// Returns the node at a place that `source` has reported, and adds it to the known nodes.
    private mutating func node(
        at place: SlotRange.Place, as source: RedisNode, among earlier: [RedisNode] = []
    ) -> RedisNode {
        var address = source.address
        let own = if case .tcp(let host, _) = address.endpoint { host } else { "localhost" }
        address.endpoint = .tcp(host: place.host.isEmpty ? own : place.host, port: place.port)
        if let node = known.first(where: { $0.address == address }) { return node }
        let node = earlier.first { $0.address == address } ?? RedisNode(address, limits: limits)
        known.append(node)
        return node
    }

    // MARK: Changes of the map

    mutating func redirect(_ error: ServerError, from node: RedisNode) -> Redirection? {
        if error.has("TRYAGAIN") { return Redirection(node: node) }
        let words = error.message.split(separator: " ")
        guard words.count >= 3, ["MOVED", "ASK"].contains(words[0]), let slot = Int(words[1]),
            owners.indices.contains(slot), let place = SlotRange.Place(words[2])
        else { return nil }
        let target = self.node(at: place, as: node)
        if words[0] == "ASK" { return Redirection(node: target, asking: true) }
        owners[slot] = target
        isStale = true
        return Redirection(node: target)
    }

    mutating func distrust(_ address: RedisAddress) {
        isStale = true
        // The node that failed is asked last.
        known = known.filter { $0.address != address } + known.filter { $0.address == address }
    }
}

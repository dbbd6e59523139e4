import Platform

/// A private Redis Cluster for one test: masters without replicas on free ports of the loopback interface. They share
/// the slots evenly and store nothing on disk except their identity.
package final class RedisCluster: Sendable {
    package static let slots = 16384

    package let nodes: [RedisServer]
    package let ports: [Int]
    private let names: [String]

    package init(nodes count: Int = 3) throws(RedisServer.Fault) {
        var (nodes, ports, names): ([RedisServer], [Int], [String]) = ([], [], [])
        for _ in 0..<count {
            let port = try Self.freePort()
            nodes.append(
                try RedisServer([
                    "--bind", "127.0.0.1", "--port", "\(port)", "--cluster-enabled", "yes", "--cluster-node-timeout",
                    "2000",
                ]))
            ports.append(port)
        }
        for (index, node) in nodes.enumerated() {
            let own = Self.slots * index / count..<Self.slots * (index + 1) / count
            try node.command(["CLUSTER", "ADDSLOTS"] + own.map { "\($0)" })
            try node.command("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)")
            names.append(try node.command("CLUSTER", "MYID"))
            try node.command("CLUSTER", "MEET", "127.0.0.1", "\(ports[0])")
        }
        (self.nodes, self.ports, self.names) = (nodes, ports, names)
        try awaitOK()
    }

    /// The value for `--redis`, with any of the nodes.
    package func address(_ node: Int = 0) -> String { "cluster:127.0.0.1:\(ports[node])" }

    /// Waits until every node says that the cluster serves all slots.
    package func awaitOK() throws(RedisServer.Fault) {
        for _ in 0..<2000 {
            var isOK = true
            for node in nodes {
                let info = try node.command("CLUSTER", "INFO")
                isOK = isOK && info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:\(nodes.count)")
            }
            if isOK { return }
            usleep(10_000)
        }
        throw RedisServer.Fault(description: "the cluster of ports \(ports) does not come to cluster_state:ok")
    }

    package func slot(of key: String) throws(RedisServer.Fault) -> Int {
        Int(try nodes[0].command("CLUSTER", "KEYSLOT", key)) ?? 0
    }

    /// Returns the node that has a slot according to node 0.
    package func owner(ofSlot slot: Int) throws(RedisServer.Fault) -> Int {
        for line in try nodes[0].command("CLUSTER", "NODES").split(separator: "\n") {
            let words = line.split(separator: " ")
            let hasIt = words.dropFirst(8).contains { range in
                let ends = range.split(separator: "-").compactMap { Int($0) }
                return ends.first.map { $0 <= slot && slot <= ends[ends.count - 1] } ?? false
            }
            if hasIt, let index = names.firstIndex(of: String(words[0])) { return index }
        }
        throw RedisServer.Fault(description: "no node has slot \(slot)")
    }

    /// Begins to move a slot. From now on, its keys may be on either node.
    package func beginMove(slot: Int, from source: Int, to target: Int) throws(RedisServer.Fault) {
        try nodes[target].command("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", names[source])
        try nodes[source].command("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", names[target])
    }

    /// Moves the remaining keys, and ends the move of the slot.
    package func endMove(slot: Int, from source: Int, to target: Int) throws(RedisServer.Fault) {
        while true {
            let keys = try nodes[source].command("CLUSTER", "GETKEYSINSLOT", "\(slot)", "100").split(separator: "\n")
            if keys.isEmpty { break }
            for key in keys { try migrate(String(key), from: source, to: target) }
        }
        for node in [target, source] + nodes.indices.filter({ $0 != target && $0 != source }) {
            try nodes[node].command("CLUSTER", "SETSLOT", "\(slot)", "NODE", names[target])
        }
    }

    package func migrate(_ key: String, from source: Int, to target: Int) throws(RedisServer.Fault) {
        try nodes[source].command("MIGRATE", "127.0.0.1", "\(ports[target])", key, "0", "10000")
    }

    /// Returns a free port for which the port 10,000 above it, on which nodes communicate with each other, is free too.
    private static func freePort() throws(RedisServer.Fault) -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 20_000..<30_000)
            if isFree(port), isFree(port + 10_000) { return port }
        }
        throw RedisServer.Fault(description: "no free port can be found")
    }

    private static func isFree(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let probe = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// The value of `--redis`: one server, several servers, or some nodes of a Redis Cluster.
///
///     host:6379                            one server, or a node of a cluster, which is detected automatically
///     a:6379,b:6379,c:6379                 several independent servers; the order matters
///     cluster:a:7000    cluster:a:7000,b:7001      a cluster; one or more of its nodes
///
/// Each address has the form described at `RedisAddress`. A comma in a password is written %2C. ("cluster:7000" is a
/// host of that name.)
package struct RedisServers: Sendable, Equatable {
    package private(set) var addresses: [RedisAddress]
    package let isCluster: Bool

    package init(_ address: RedisAddress) {
        (addresses, isCluster) = ([address], false)
    }

    /// The number of independent servers; a cluster counts as one.
    var count: Int { isCluster ? 1 : addresses.count }

    private static let clusterPrefix = "cluster:"

    /// Parses the value of `--redis`. For `database` and `environment` see `RedisAddress`.
    package init(
        parsing text: String, database: Int? = nil, environment: [String: String] = [:]
    ) throws(RedisAddress.Fault) {
        let rest = text.dropFirst(Self.clusterPrefix.count)
        isCluster = text.hasPrefix(Self.clusterPrefix) && !rest.prefix { $0 != "," }.allSatisfy(\.isNumber)
        let parts = (isCluster ? rest : text[...]).split(separator: ",", omittingEmptySubsequences: false)
        // This is checked before any of the addresses can be shown in an error.
        for part in parts where parts.count > 1 && part.contains("@") && !part.contains("://") {
            throw RedisAddress.Fault(reason: "has a \",\" in user or password (write %2C), or an \"@\" elsewhere")
        }
        var addresses: [RedisAddress] = []
        for part in parts {
            addresses.append(try RedisAddress(parsing: String(part), database: database, environment: environment))
        }
        for (index, address) in addresses.enumerated() {
            if isCluster, address.database != 0 {
                throw RedisAddress.Fault(
                    reason: "names database \(address.database), but a Redis Cluster has database 0 only")
            }
            if addresses[..<index].contains(where: { $0.description == address.description }) {
                throw RedisAddress.Fault(reason: "names \(address) twice")
            }
        }
        self.addresses = addresses
    }

    /// Changes the settings of each address.
    package mutating func change(_ body: (inout RedisAddress) -> Void) {
        for index in addresses.indices { body(&addresses[index]) }
    }
}

extension RedisServers: CustomStringConvertible {
    /// The servers as a user would type them, without users and passwords.
    package var description: String {
        (isCluster ? Self.clusterPrefix : "") + addresses.map(\.description).joined(separator: ",")
    }
}

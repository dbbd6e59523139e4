/// The place of a server among the servers of a run. It is stored with the manifest on each server.
///
/// The name of a server can differ between hosts (localhost, 127.0.0.1, a DNS name), so lists of servers are compared
/// by this place, not by name. `servers` is shown to users, and is compared only while a server has lost its keys.
struct ServerPlace: Sendable, Equatable {
    /// The server's number, from 1.
    var number: Int
    /// The number of servers.
    var count: Int
    /// The value of `--redis` of the process that stored the run.
    var servers: String

    var fields: [(String, String)] { [("server", "\(number) of \(count)"), ("servers", servers)] }
    static let fieldNames = ["server", "servers"]

    /// Reads the place from the fields of a manifest. Without these fields, the server is the only one.
    init(of fields: [String: String]) {
        let numbers = (fields["server"] ?? "").components(around: " of ").flatMap { first, second in
            Int(first).flatMap { first in Int(second).map { (first, $0) } }
        }
        (number, count) = numbers ?? (1, 1)
        servers = fields["servers"] ?? ""
    }

    init(number: Int, count: Int, servers: String) {
        (self.number, self.count, self.servers) = (number, count, servers)
    }
}

extension String {
    fileprivate func components(around separator: String) -> (Substring, Substring)? {
        ranges(of: separator).first.map { (self[..<$0.lowerBound], self[$0.upperBound...]) }
    }
}

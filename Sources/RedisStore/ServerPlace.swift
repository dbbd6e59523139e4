/// Which server of how many one is for a run; it stands with the manifest on each of them.
///
/// Names of servers differ between hosts (localhost, 127.0.0.1, a name of the network), so what tells one list from
/// another is this: every server knows its place in it. `servers` is for people, and decides only while a server has
/// lost its keys.
struct ServerPlace: Sendable, Equatable {
    /// From 1.
    var number: Int
    var count: Int
    /// What `--redis` named for whoever stored the run.
    var servers: String

    var fields: [(String, String)] { [("server", "\(number) of \(count)"), ("servers", servers)] }

    /// From the fields of a manifest. One that does not say is alone.
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

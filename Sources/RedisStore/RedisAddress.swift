/// Where a Redis server is, and as whom to speak to it.
///
///     host    host:port    [::1]:6379    unix:/path    /path
///     redis://[user[:password]@]host[:port][/database]          (percent-encoded where needed)
///     rediss://...                                              the same through TLS; never silently without
///     unix://[user[:password]@]/path
///
/// The port is 6379 and the database 0 unless given.
package struct RedisAddress: Sendable, Equatable {
    package enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package static let defaultPort = 6379
    /// Where a password may stand instead of in the address, which other users of the machine can read in `ps`.
    package static let passwordVariables = ["DIST_LDA_REDIS_PASSWORD", "REDISCLI_AUTH"]

    package var endpoint: Endpoint
    package var user: [UInt8]?
    package var password: Password?
    package var database: Int
    /// nil: none. With a unix socket there is none ever.
    package var encryption: Encryption?

    package init(
        _ endpoint: Endpoint, user: [UInt8]? = nil, password: Password? = nil, database: Int = 0
    ) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    /// What TLS takes besides the host: files in PEM.
    package struct Encryption: Sendable, Equatable {
        /// The certificates of the authorities to trust; nil: those that this machine trusts.
        package var authorities: String?
        /// Our own certificate, for a server that asks for one, and its key.
        package var certificate: String?
        package var key: String?

        package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// Bytes that no description shows.
    package struct Password: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        let bytes: [UInt8]

        package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

        package var description: String { "(hidden)" }
        package var customMirror: Mirror { Mirror(self, children: [:]) }
    }
}

extension RedisAddress: CustomStringConvertible {
    /// Server and database, as one would type them, and whether through TLS; neither user nor password.
    package var description: String {
        let place =
            switch endpoint {
            case .tcp(let host, let port):
                (encryption == nil ? "" : "rediss://") + (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
            case .unix(let path): "unix:\(path)"
            }
        return database == 0 ? place : "\(place) database \(database)"
    }
}

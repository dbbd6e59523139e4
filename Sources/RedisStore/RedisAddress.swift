/// The address of a Redis server, with the user and password to sign in with.
///
///     host    host:port    [::1]:6379    unix:/path    /path
///     redis://[user[:password]@]host[:port][/database]          (percent-encoded where needed)
///     rediss://...                                              the same over TLS, with no fallback to plain text
///     unix://[user[:password]@]/path
///
/// The port is 6379 and the database 0 unless given.
package struct RedisAddress: Sendable, Equatable {
    package enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package static let defaultPort = 6379
    /// The environment variables that may contain the password. (An address on the command line can be read by other
    /// users of the machine with `ps`.)
    package static let passwordVariables = ["DIST_LDA_REDIS_PASSWORD", "REDISCLI_AUTH"]

    package var endpoint: Endpoint
    package var user: [UInt8]?
    package var password: Password?
    package var database: Int
    /// The settings of TLS; nil without TLS. A unix socket is never encrypted.
    package var encryption: Encryption?

    package init(
        _ endpoint: Endpoint, user: [UInt8]? = nil, password: Password? = nil, database: Int = 0
    ) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    /// The settings of TLS: names of PEM files.
    package struct Encryption: Sendable, Equatable {
        /// The certificates of the trusted authorities; nil means those that this machine trusts.
        package var authorities: String?
        /// The client's own certificate and its key, for a server that requires one.
        package var certificate: String?
        package var key: String?

        package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authorities = authorities
            self.certificate = certificate
            self.key = key
        }
    }

    /// A password. Its bytes do not appear in any description.
    package struct Password: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        let bytes: [UInt8]

        package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

        package var description: String { "(hidden)" }
        package var customMirror: Mirror { Mirror(self, children: [:]) }
    }
}

extension RedisAddress: CustomStringConvertible {
    /// The server and database as a user would type them, and whether TLS is used; without user and password.
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

/// A private redis-server that accepts TLS on a free port of the loopback interface. (Its unix socket is without TLS.)
package final class TLSRedisServer: Sendable {
    package let server: RedisServer
    package let port: Int

    /// Starts a server with the certificate `shown`. If `authorities` is given, clients need a certificate of one of
    /// the authorities in that file.
    package init(
        _ shown: Certificates.Pair, clientsOf authorities: String? = nil, settings: String...
    ) throws {
        let clients =
            authorities.map { ["--tls-auth-clients", "yes", "--tls-ca-cert-file", $0] } ?? ["--tls-auth-clients", "no"]
        port = try Loopback.freePort()
        server = try RedisServer(
            [
                "--bind", "127.0.0.1", "--tls-port", "\(port)", "--tls-cert-file", shown.certificate, "--tls-key-file",
                shown.key,
            ] + clients + settings)
    }

    /// Returns the address "rediss://localhost:PORT", or one with another name or user.
    package func address(_ host: String = "localhost") -> String { "rediss://\(host):\(port)" }
}

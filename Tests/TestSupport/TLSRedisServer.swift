/// A private redis-server that is reached through TLS, on a free port of the loopback. (Its unix socket has none.)
package final class TLSRedisServer: Sendable {
    package let server: RedisServer
    package let port: Int

    /// Starts one that shows the certificate `shown`, and wants one of an authority in `authorities` from its clients if
    /// there is such a file.
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

    /// "rediss://localhost:PORT", or another name or user.
    package func address(_ host: String = "localhost") -> String { "rediss://\(host):\(port)" }
}

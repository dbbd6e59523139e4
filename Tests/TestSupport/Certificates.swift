import Platform

/// A test's own certificate authority, with the certificates that it signs. They are made by the openssl command and
/// removed with it.
package final class Certificates: Sendable {
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// The files of a certificate and its key, which are removed with the last reference to them.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
        fileprivate let folder: TemporaryDirectory
    }

    /// The reason why tests of TLS cannot be run here.
    package static let needs = "needs the openssl command (3.0 or later), and a redis-server that is built with TLS"
    package static let areToBeHad: Bool = {
        (try? Certificates().issue("probe", to: "DNS:localhost")) != nil && (try? RedisServer("--tls-port", "0")) != nil
    }()

    private let folder: TemporaryDirectory
    private let authority: Pair

    package init() throws {
        folder = try TemporaryDirectory()
        authority = Pair(certificate: folder("authority.pem"), key: folder("authority.key"), folder: folder)
        try Self.run(
            ["req", "-x509", "-out", authority.certificate, "-days", "2"]
                + Self.newKey(authority.key, of: "an authority"))
    }

    /// The file of the authority's own certificate.
    package var file: String { authority.certificate }

    /// Signs a certificate for `names`, such as "DNS:localhost,IP:127.0.0.1", that is valid for `days` from now on;
    /// with -1 it expired yesterday.
    package func issue(_ name: String, to names: String, days: Int = 2) throws -> Pair {
        let pair = Pair(certificate: folder("\(name).pem"), key: folder("\(name).key"), folder: folder)
        let request = folder("\(name).csr")
        try Self.run(
            ["req", "-new", "-out", request, "-addext", "subjectAltName=\(names)"] + Self.newKey(pair.key, of: name))
        try Self.run([
            "x509", "-req", "-in", request, "-out", pair.certificate, "-days", "\(days)", "-copy_extensions", "copy",
            "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial",
        ])
        return pair
    }

    private static func newKey(_ file: String, of name: String) -> [String] {
        [
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file, "-subj",
            "/CN=\(name)",
        ]
    }

    private static func run(_ arguments: [String]) throws {
        let process = try RedisServer.spawn(["openssl"] + arguments)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Fault(description: "openssl did not do this: \(arguments)") }
    }
}

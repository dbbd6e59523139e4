import Counts
import RedisStore
import TestSupport
import Testing

@Suite("Redis over TLS", .enabled(if: Certificates.areToBeHad, Comment(rawValue: Certificates.needs)))
struct TLSTests {
    // Not static, because a static value is never released, and its server would keep running.
    private let certificates: Certificates

    init() throws { certificates = try Certificates() }

    /// A server with a certificate for this machine, which requires no client certificate.
    private func server() throws -> TLSRedisServer {
        try TLSRedisServer(certificates.issue("server", to: "DNS:localhost,IP:127.0.0.1"))
    }

    private func address(_ text: String, _ encryption: RedisAddress.Encryption) throws -> RedisAddress {
        var address = try RedisAddress(parsing: text)
        address.encryption = encryption
        return address
    }

    /// Returns the error of connecting to the server at `text`; nil if it succeeds.
    private func refusal(_ text: String, _ encryption: RedisAddress.Encryption) throws -> CountStoreError? {
        let store = RedisCountStore(
            run: try RunName("r"), at: try address(text, encryption), connectTimeout: .seconds(2))
        do { _ = try store.manifest() } catch { return error }
        return nil
    }

    private func expect(
        _ text: String, _ encryption: RedisAddress.Encryption, misconfigured sentence: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let place = try address(text, encryption)
        #expect(
            try refusal(text, encryption) == .misconfigured(reason: "Redis at \(place) \(sentence)"),
            sourceLocation: location)
    }

    @Test("satisfies the contract", arguments: CountStoreContract.laws)
    func contract(_ law: CountStoreContract) throws {
        let server = try server()
        let address = try address(server.address(), .init(authorities: certificates.file))
        try law.check(
            CountStoreContract.Place(store: { run in
                do { return RedisCountStore(run: try RunName(run), at: address) } catch { fatalError("\(error)") }
            }))
    }

    @Test("transfers values that are longer than any buffer, in both directions", arguments: ["TLSv1.2", "TLSv1.3"])
    func large(version: String) throws {
        let server = try TLSRedisServer(
            certificates.issue("large", to: "DNS:localhost"), settings: "--tls-protocols", version)
        let store = RedisCountStore(
            run: try RunName("r"), at: try address(server.address(), .init(authorities: certificates.file)))
        let value: [UInt8] = Array(repeatElement(Array(0...250), count: 20_000).joined())
        let write = BlockWrite(
            block: 0, shard: 0, basis: BlockBasis(), change: .replace([1], version: .unique()), contribution: value,
            tag: ContributionTag(generation: Generation(1), sweep: 1), words: nil)
        #expect(try store.write([write]) == [.stored])
        #expect(try store.records(of: 0..<1).first?.contributions[0] == value)
    }

    @Test("a certificate for the host's name or IP address is accepted, one for another host is refused")
    func hosts() throws {
        let trusting = RedisAddress.Encryption(authorities: certificates.file)
        let named = try TLSRedisServer(certificates.issue("named", to: "DNS:localhost,DNS:other.example"))
        #expect(try refusal(named.address(), trusting) == nil)
        try expect(
            named.address("127.0.0.1"), trusting,
            misconfigured:
                "has a certificate for \"DNS:localhost, DNS:other.example\", but not for 127.0.0.1: "
                + "use a name from the certificate in --redis, or give the server a certificate for 127.0.0.1")
        let numbered = try TLSRedisServer(certificates.issue("numbered", to: "IP:127.0.0.1"))
        #expect(try refusal(numbered.address("127.0.0.1"), trusting) == nil)
        try expect(
            numbered.address(), trusting,
            misconfigured: "has a certificate for \"IP Address:127.0.0.1\", but not for localhost: "
                + "use a name from the certificate in --redis, or give the server a certificate for localhost")
    }

    @Test("a certificate of an untrusted authority is refused, both with the machine's list and with a given file")
    func authorities() throws {
        let server = try server()
        let sentence =
            "has a certificate of an authority that is not trusted here (unable to get local issuer certificate): "
            + "give the file with that authority's certificate with --redis-cacert"
        try expect(server.address(), .init(), misconfigured: sentence)
        let others = try Certificates()
        try withExtendedLifetime(others) {
            try expect(server.address(), .init(authorities: others.file), misconfigured: sentence)
        }
    }

    @Test("a certificate that has expired is refused")
    func expired() throws {
        let server = try TLSRedisServer(certificates.issue("expired", to: "DNS:localhost", days: -1))
        try expect(
            server.address(), .init(authorities: certificates.file),
            misconfigured: "has a certificate that is not valid now (certificate has expired): "
                + "renew it, or correct the clock of this machine")
    }

    @Test("a server that requires a client certificate accepts only a trusted one", arguments: ["TLSv1.2", "TLSv1.3"])
    func mutual(version: String) throws {
        let strangers = try Certificates()
        let server = try TLSRedisServer(
            certificates.issue("mutual", to: "DNS:localhost"), clientsOf: certificates.file,
            settings: "--tls-protocols", version)
        func encryption(_ pair: Certificates.Pair?) -> RedisAddress.Encryption {
            .init(authorities: certificates.file, certificate: pair?.certificate, key: pair?.key)
        }
        #expect(try refusal(server.address(), encryption(certificates.issue("us", to: "DNS:us"))) == nil)
        guard case .misconfigured(let missing) = try refusal(server.address(), encryption(nil)) else {
            Issue.record("the server requires a certificate")
            return
        }
        #expect(missing.contains("refuses a client without a certificate") && missing.contains("--redis-cert"))
        let stranger = try strangers.issue("stranger", to: "DNS:us")
        guard case .misconfigured(let foreign) = try refusal(server.address(), encryption(stranger)) else {
            Issue.record("the server does not know that authority")
            return
        }
        #expect(foreign.contains("does not accept the certificate of --redis-cert=\(stranger.certificate)"))
    }

    @Test("unusable files are reported by name")
    func files() throws {
        let server = try server()
        let (one, other) = (try certificates.issue("one", to: "DNS:one"), try certificates.issue("two", to: "DNS:two"))
        for (encryption, words) in [
            (RedisAddress.Encryption(authorities: one.key), "--redis-cacert=\(one.key) ("),
            (.init(authorities: certificates.file, certificate: one.key, key: one.key), "--redis-cert=\(one.key) ("),
            (
                .init(authorities: certificates.file, certificate: one.certificate, key: other.key),
                "--redis-key=\(other.key) (key values mismatch)"
            ),
        ] {
            guard case .misconfigured(let reason) = try refusal(server.address(), encryption) else {
                Issue.record("\(words) must be refused")
                continue
            }
            #expect(reason.contains(words))
        }
    }

    @Test("a server that supports only an old version of TLS, or none, is refused")
    func versions() throws {
        let port = try Loopback.freePort()
        let plain = try RedisServer("--bind", "127.0.0.1", "--port", "\(port)")
        defer { plain.kill() }
        try expect(
            "rediss://127.0.0.1:\(port)", .init(),
            misconfigured: "answers without TLS (it says \"+PONG\\r\\n\"): "
                + "give the server's TLS port, or use redis:// if the connection needs no encryption")
        // The reply of a server that supports only TLS 1.1.
        let old = try FakeServer(saying: ["\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{46}"])
        guard case .misconfigured(let reason) = try refusal("rediss://127.0.0.1:\(old.port)", .init()) else {
            Issue.record("TLS 1.1 is not secure")
            return
        }
        #expect(reason.contains("enable TLS 1.2 or 1.3"))
        let chatty = try FakeServer(saying: ["HTTP/1.1 400 Bad Request\r\n\r\n"])
        guard case .misconfigured(let words) = try refusal("rediss://127.0.0.1:\(chatty.port)", .init()) else {
            Issue.record("HTTP is not TLS")
            return
        }
        #expect(words.contains("answers without TLS (it says \"HTTP/1.1 400"))
    }

    @Test("a handshake that stalls, is interrupted or invalid is an outage, and ends when the connection time is over")
    func stalls() throws {
        let record = "\u{16}\u{3}\u{3}"
        for (lines, words) in [
            (["", "never"], "cannot be reached (it has not begun the TLS handshake in time)"),
            ([record, "never"], "cannot be reached (it has not finished the TLS handshake in time)"),
            ([record], "cannot be reached (it closed the connection in the TLS handshake)"),
            ([record + "\u{0}\u{4}\u{9}\u{9}\u{9}\u{9}"], "is no longer reachable ("),
        ] {
            let server = try FakeServer(saying: lines)
            guard case .unavailable(let reason) = try refusal("rediss://127.0.0.1:\(server.port)", .init()) else {
                Issue.record("\(words)")
                continue
            }
            #expect(reason.hasPrefix("waiting for Redis at rediss://127.0.0.1:\(server.port), which \(words)"))
        }
    }

    @Test("a server that stops answering is waited for until the timeout, and one that was restarted is found again")
    func silence() throws {
        let server = try TLSRedisServer(certificates.issue("silent", to: "DNS:localhost"))
        let store = RedisCountStore(
            run: try RunName("r"), at: try address(server.address(), .init(authorities: certificates.file)),
            replyTimeout: .milliseconds(200))
        #expect(try store.manifest() == nil)
        server.server.pause()
        #expect(
            throws: CountStoreError.unavailable(
                reason: "waiting for Redis at \(server.address()), which has not answered for 0.2 seconds")
        ) { try store.manifest() }
        server.server.resume()
        try store.connect(timeout: .seconds(20))
        try server.server.restart()
        guard case .unavailable = #expect(throws: CountStoreError.self, performing: { try store.manifest() }) else {
            Issue.record("its connection is lost")
            return
        }
        try store.connect(timeout: .seconds(20))
        #expect(try store.manifest() == nil)
    }

    @Test("an error about a TLS server that is addressed without TLS mentions rediss://")
    func unencrypted() throws {
        let server = try server()
        let store = RedisCountStore(run: try RunName("r"), at: try RedisAddress(parsing: "localhost:\(server.port)"))
        guard
            case .unavailable(let reason) = #expect(throws: CountStoreError.self, performing: { try store.manifest() })
        else {
            Issue.record("the server closes the connection")
            return
        }
        #expect(reason.contains("rediss://"))
    }
}

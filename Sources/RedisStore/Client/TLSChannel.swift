import COpenSSL

/// TLS 1.2 or later over a socket. Before anything is sent, the server's certificate is verified: it must be signed by
/// a trusted authority, be valid now, and be issued for the requested host or IP address.
///
/// OpenSSL works in memory only, and the socket transfers the bytes that OpenSSL produces and consumes. So time limits,
/// interrupted calls, closed sockets and SIGPIPE are handled in one place for connections with and without TLS.
final class TLSChannel: Transport {
    /// The largest number of bytes that are transferred in one step.
    private static let step = 1 << 16

    private let socket: Socket
    private let encryption: RedisAddress.Encryption
    /// The host for which the certificate must be issued.
    private let host: String
    private let ssl: OpaquePointer
    /// The received bytes to be decrypted, and the bytes to be sent. Both objects belong to `ssl`.
    private let arrived: OpaquePointer
    private let leaving: OpaquePointer
    private var chunk = [UInt8](repeating: 0, count: TLSChannel.step)

    /// Performs the handshake with the server `host`, which must be complete by `deadline`. Throws `.timeout` if
    /// nothing has been received by then.
    init(
        over socket: Socket, to host: String, _ encryption: RedisAddress.Encryption,
        deadline: ContinuousClock.Instant
    ) throws(RedisConnection.Failure) {
        let context: TLSContext
        do throws(TLSFault) { context = try TLSContext(encryption) } catch { throw .unsafe(error) }
        // The SSL object keeps a reference to the context.
        guard let ssl = SSL_new(context.pointer), let arrived = BIO_new(BIO_s_mem()),
            let leaving = BIO_new(BIO_s_mem())
        else { throw .broken("out of memory") }
        SSL_set_bio(ssl, arrived, leaving)
        (self.socket, self.encryption, self.host) = (socket, encryption, host)
        (self.ssl, self.arrived, self.leaving) = (ssl, arrived, leaving)
        try expect(host)
        try shakeHands(deadline: deadline)
    }

    deinit { SSL_free(ssl) }

    /// Requires a certificate for `host`, and tells the server which host is requested.
    private func expect(_ host: String) throws(RedisConnection.Failure) {
        let parameters = SSL_get0_param(ssl)
        // The zone of a link-local address ("fe80::1%eth0") is only meaningful on this machine.
        let address = String(host.prefix { $0 != "%" })
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, address) == 1 { return }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count) == 1,
            copenssl_setServerName(ssl, name) == 1
        else { throw .unsafe(.failed(TLSFault.words())) }
    }

    private func shakeHands(deadline: ContinuousClock.Instant) throws(RedisConnection.Failure) {
        var isHeard = false
        do throws(RedisConnection.Failure) {
            while true {
                ERR_clear_error()
                let result = SSL_connect(ssl)
                let error = SSL_get_error(ssl, result)
                if error != SSL_ERROR_NONE, error != SSL_ERROR_WANT_READ {
                    let failure = failure(error)
                    // Sends OpenSSL's alert to the server, if it still reads.
                    try? flush()
                    throw failure
                }
                try flush()
                if result == 1 { return }
                let rest = deadline - .now
                guard rest > .zero else { throw .timeout(seconds: socket.timeout / .seconds(1)) }
                try socket.wait(atMost: max(rest, .milliseconds(1)))
                let count = try fetch()
                if !isHeard, !Self.isRecord(chunk[..<count]) {
                    throw .unsafe(.notTLS(Array(chunk[..<min(count, 40)])))
                }
                isHeard = true
            }
        } catch .timeout where isHeard {
            throw .unreachable("it has not finished the TLS handshake in time")
        } catch .closed {
            throw .unreachable("it closed the connection in the TLS handshake")
        }
    }

    /// Returns whether these can be the first bytes of a TLS server: a record of version 3.x that contains an alert
    /// (21) or a part of the handshake (22).
    private static func isRecord(_ bytes: ArraySlice<UInt8>) -> Bool {
        (21...22).contains(bytes[0]) && (bytes.count < 2 || bytes[1] == 3)
    }

    // MARK: Bytes

    func send(_ bytes: RawSpan) throws(RedisConnection.Failure) {
        var sent = 0
        while sent < bytes.byteCount {
            ERR_clear_error()
            let end = min(sent + Self.step, bytes.byteCount)
            let result = bytes.extracting(sent..<end).withUnsafeBytes {
                SSL_write(ssl, $0.baseAddress, Int32($0.count))
            }
            guard result > 0 else { throw failure(SSL_get_error(ssl, result)) }
            try flush()
            sent += Int(result)
        }
    }

    func receive(into buffer: inout [UInt8]) throws(RedisConnection.Failure) -> Int {
        let capacity = Int32(buffer.count)
        while true {
            ERR_clear_error()
            let result = SSL_read(ssl, &buffer, capacity)
            if result > 0 { return Int(result) }
            let error = SSL_get_error(ssl, result)
            guard error == SSL_ERROR_WANT_READ else { throw failure(error) }
            // Sends OpenSSL's reply to a record that contains no data, such as a key update.
            try flush()
            _ = try fetch()
        }
    }

    /// Sends the bytes that OpenSSL has produced.
    private func flush() throws(RedisConnection.Failure) {
        while true {
            let count = BIO_read(leaving, &chunk, Int32(Self.step))
            if count <= 0 { return }
            let bytes = chunk[..<Int(count)]
            try socket.send(bytes.span.bytes)
        }
    }

    /// Waits for bytes, passes them to OpenSSL and returns their number. They are still in `chunk`.
    private func fetch() throws(RedisConnection.Failure) -> Int {
        let count = try socket.receive(into: &chunk)
        guard BIO_write(arrived, &chunk, Int32(count)) == count else { throw .broken("out of memory") }
        return count
    }

    // MARK: Failures

    /// Converts OpenSSL's last error.
    private func failure(_ error: Int32) -> RedisConnection.Failure {
        if error == SSL_ERROR_ZERO_RETURN { return .closed(lastWords: nil) }
        let code = ERR_peek_error()
        let words = TLSFault.words()
        guard copenssl_library(code) == ERR_LIB_SSL else { return .broken(words) }
        let reason = copenssl_reason(code)
        if reason == SSL_R_CERTIFICATE_VERIFY_FAILED { return .unsafe(.certificate(problem, host: host)) }
        if reason == SSL_R_UNSUPPORTED_PROTOCOL { return .unsafe(.tooOld(words)) }
        switch reason - SSL_AD_REASON_OFFSET {
        case SSL_AD_PROTOCOL_VERSION, SSL_AD_INSUFFICIENT_SECURITY: return .unsafe(.tooOld(words))
        case SSL_AD_HANDSHAKE_FAILURE, SSL_AD_BAD_CERTIFICATE...SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA,
            SSL_AD_ACCESS_DENIED, TLS13_AD_CERTIFICATE_REQUIRED:
            return .unsafe(.refused(words, certificate: encryption.certificate))
        default: return .broken(words)
        }
    }

    /// The reason why the server's certificate was not accepted.
    private var problem: TLSFault.Problem {
        switch Int32(truncatingIfNeeded: SSL_get_verify_result(ssl)) {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .otherHost(shownNames)
        case X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED: .time(verdict)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            .unknownAuthority(verdict)
        default: .other(verdict)
        }
    }

    private var verdict: String { String(cString: X509_verify_cert_error_string(SSL_get_verify_result(ssl))) }

    /// The hosts for which the server's certificate was issued, as OpenSSL prints them; nil if there are none.
    private var shownNames: String? {
        guard let certificate = copenssl_shownCertificate(ssl), let text = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(text) }
        let index = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
        guard index >= 0, X509V3_EXT_print(text, X509_get_ext(certificate, index), 0, 0) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = BIO_read(text, &bytes, Int32(bytes.count))
        return count > 0 ? String(decoding: bytes[..<Int(count)], as: UTF8.self) : nil
    }
}

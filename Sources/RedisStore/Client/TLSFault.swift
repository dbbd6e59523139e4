import COpenSSL

/// Why TLS with a server cannot be had, or would not be safe: nothing that time mends.
enum TLSFault: Error, Equatable {
    /// A file of ours cannot be used; OpenSSL's words.
    case unusable(File, file: String, String)
    /// The server's certificate.
    case certificate(Problem, host: String)
    /// The server answers without TLS; the first bytes of it.
    case notTLS([UInt8])
    /// The server has only older versions or weak ciphers; OpenSSL's words.
    case tooOld(String)
    /// The server does not accept us; OpenSSL's words for the alert, and the file of the certificate we showed.
    case refused(String, certificate: String?)
    /// OpenSSL itself; its words.
    case failed(String)

    enum File: String { case authorities = "--redis-cacert", certificate = "--redis-cert", key = "--redis-key" }

    enum Problem: Equatable {
        /// It is for other hosts, whose names it has.
        case otherHost(String?)
        /// It is too old or too new.
        case time(String)
        case unknownAuthority(String)
        case other(String)
    }
}

extension TLSFault {
    /// As the end of "Redis at ...".
    var words: String {
        switch self {
        case .unusable(let option, let file, let words):
            "cannot be reached through TLS with \(option.rawValue)=\(file) (\(words)): \(option.advice)"
        case .certificate(.otherHost(let names), let host):
            "shows a certificate for \(names?.debugDescription ?? "no host at all") where \(host) was asked for: "
                + "give --redis the name that stands in the certificate, or the server a certificate for \(host)"
        case .certificate(.time(let words), _):
            "shows a certificate that is not valid now (\(words)): renew it there, or set the clock of this machine"
        case .certificate(.unknownAuthority(let words), _):
            "shows a certificate of an authority that is not trusted here (\(words)): "
                + "name the file with that authority's certificate with --redis-cacert"
        case .certificate(.other(let words), _):
            "shows a certificate that is not accepted (\(words)): give the server another"
        case .notTLS(let bytes):
            "answers without TLS (it says \(String(decoding: bytes, as: UTF8.self).debugDescription)): "
                + "give the server's TLS port, or redis:// if the way to it needs no encryption"
        case .tooOld(let words): "has no TLS that is safe (\(words)): let it speak TLS 1.2 or 1.3"
        case .refused(let words, nil):
            "refuses us, who show no certificate (\(words)): give one with --redis-cert and --redis-key, "
                + "or set tls-auth-clients no on the server"
        case .refused(let words, let file?):
            "does not accept the certificate of --redis-cert=\(file) (\(words)): "
                + "give one that is signed by an authority it trusts"
        case .failed(let words): "cannot be reached through TLS (\(words))"
        }
    }

    /// OpenSSL's words for the first error it has noted in this thread.
    static func words() -> String {
        let code = ERR_get_error()
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

extension TLSFault.File {
    fileprivate var advice: String {
        switch self {
        case .authorities: "give a file of authorities' certificates in PEM"
        case .certificate: "give a file with a certificate in PEM, and what it is signed with behind it"
        case .key: "give the certificate's private key in PEM, without a passphrase"
        }
    }
}

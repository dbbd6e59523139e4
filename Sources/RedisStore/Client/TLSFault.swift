import COpenSSL

/// The reason why a server cannot be reached over TLS, or not securely. Trying again would not help.
enum TLSFault: Error, Equatable {
    /// A file given by the user cannot be used. The last value is OpenSSL's message.
    case unusable(File, file: String, String)
    /// The server's certificate is not accepted.
    case certificate(Problem, host: String)
    /// The server answers without TLS. The value is the first bytes of its reply.
    case notTLS([UInt8])
    /// The server supports only old versions or weak ciphers. The value is OpenSSL's message.
    case tooOld(String)
    /// The server rejects this client. The values are OpenSSL's message for the alert, and the file of the certificate
    /// that was sent.
    case refused(String, certificate: String?)
    /// Another error in OpenSSL. The value is its message.
    case failed(String)

    enum File: String { case authorities = "--redis-cacert", certificate = "--redis-cert", key = "--redis-key" }

    enum Problem: Equatable {
        /// It was issued for other hosts. The value is their names.
        case otherHost(String?)
        /// It has expired or is not valid yet.
        case time(String)
        case unknownAuthority(String)
        case other(String)
    }
}

extension TLSFault {
    /// The end of a sentence that begins with "Redis at ...".
    var words: String {
        switch self {
        case .unusable(let option, let file, let words):
            "cannot be reached over TLS with \(option.rawValue)=\(file) (\(words)): \(option.advice)"
        case .certificate(.otherHost(let names), let host):
            "has a certificate for \(names?.debugDescription ?? "no host"), but not for \(host): "
                + "use a name from the certificate in --redis, or give the server a certificate for \(host)"
        case .certificate(.time(let words), _):
            "has a certificate that is not valid now (\(words)): renew it, or correct the clock of this machine"
        case .certificate(.unknownAuthority(let words), _):
            "has a certificate of an authority that is not trusted here (\(words)): "
                + "give the file with that authority's certificate with --redis-cacert"
        case .certificate(.other(let words), _):
            "has a certificate that is not accepted (\(words)): give the server another one"
        case .notTLS(let bytes):
            "answers without TLS (it says \(String(decoding: bytes, as: UTF8.self).debugDescription)): "
                + "give the server's TLS port, or use redis:// if the connection needs no encryption"
        case .tooOld(let words): "supports no secure version of TLS (\(words)): enable TLS 1.2 or 1.3 on the server"
        case .refused(let words, nil):
            "refuses a client without a certificate (\(words)): give one with --redis-cert and --redis-key, "
                + "or set tls-auth-clients no on the server"
        case .refused(let words, let file?):
            "does not accept the certificate of --redis-cert=\(file) (\(words)): "
                + "give one that is signed by an authority it trusts"
        case .failed(let words): "cannot be reached over TLS (\(words))"
        }
    }

    /// Returns OpenSSL's message for the first error that it has recorded in this thread.
    static func words() -> String {
        let code = ERR_get_error()
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

extension TLSFault.File {
    fileprivate var advice: String {
        switch self {
        case .authorities: "give a PEM file with the certificates of authorities"
        case .certificate: "give a PEM file with the certificate, followed by those that it is signed with"
        case .key: "give a PEM file with the certificate's private key, without a passphrase"
        }
    }
}

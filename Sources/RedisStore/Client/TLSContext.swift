import COpenSSL

/// OpenSSL's settings: the requirements for servers and the client's own certificate, read from the files of the
/// address.
final class TLSContext {
    let pointer: OpaquePointer

    init(_ encryption: RedisAddress.Encryption) throws(TLSFault) {
        // Without this flag, OpenSSL would clean up when the process exits, even while another thread still uses it.
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        guard let pointer = SSL_CTX_new(TLS_client_method()) else { throw .failed(TLSFault.words()) }
        self.pointer = pointer
        guard copenssl_requireTLS12(pointer) == 1 else { throw .failed(TLSFault.words()) }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        // An encrypted key is refused. Without this callback, OpenSSL would ask for its passphrase on the terminal.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in -1 }
        if let file = encryption.authorities {
            guard SSL_CTX_load_verify_locations(pointer, file, nil) == 1 else {
                throw .unusable(.authorities, file: file, TLSFault.words())
            }
        } else {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else { throw .failed(TLSFault.words()) }
        }
        if let file = encryption.certificate {
            guard SSL_CTX_use_certificate_chain_file(pointer, file) == 1 else {
                throw .unusable(.certificate, file: file, TLSFault.words())
            }
        }
        if let file = encryption.key {
            // This call also checks that the key matches the certificate.
            guard SSL_CTX_use_PrivateKey_file(pointer, file, SSL_FILETYPE_PEM) == 1 else {
                throw .unusable(.key, file: file, TLSFault.words())
            }
        }
    }

    deinit { SSL_CTX_free(pointer) }
}

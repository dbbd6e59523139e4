// Functions for macros of OpenSSL, which Swift cannot import.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int copenssl_requireTLS12(SSL_CTX *context) {
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline int copenssl_setServerName(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int copenssl_library(unsigned long error) { return ERR_GET_LIB(error); }

static inline int copenssl_reason(unsigned long error) { return ERR_GET_REASON(error); }

/// Returns the certificate that the server presented as its own, even if it was refused; NULL if it presented none. The
/// certificate is owned by `ssl`.
static inline X509 *copenssl_shownCertificate(SSL *ssl) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    return chain != NULL && sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : NULL;
}

#endif

/** Of Node's TLS, of OpenSSL, and of the verification of certificates (X509_verify_cert_error_string(3)). */
const TLS_CODES =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|ERROR_IN_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_|HOSTNAME_MISMATCH$)/

/** Whether the code of an error of a connection is of its encryption: of a certificate, mostly. */
export const isTlsCode = (code: string) => TLS_CODES.test(code)

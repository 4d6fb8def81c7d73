import { driverFault } from '../db/driver-fault.ts'

export const TLS_ADVICE =
  'If the server has a certificate of its own, add to DATABASE_URL sslrootcert=/path/to/ca.pem with the certificate ' +
  'that signed it, or sslmode=no-verify to encrypt without checking who answers.'

const CERTIFICATE_PROBLEM = /certificate|self-signed|altnames/i

/** Whether the connection failed because of the server's certificate. */
export function isTlsProblem(error: Error): boolean {
  const fault = driverFault(error)
  if (fault?.kind === 'TlsConnectionError') return CERTIFICATE_PROBLEM.test(fault.reason)
  return CERTIFICATE_PROBLEM.test(error.message)
}

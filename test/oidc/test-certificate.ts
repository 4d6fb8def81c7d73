import { execFileSync } from 'node:child_process'

/** A new self-signed certificate and its private key, both PEM; made by the `openssl` program. */
export function createCertificate(hostname: string): { key: string; cert: string } {
  const pem = execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-days', '2', '-keyout', '-', '-out', '-'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-subj', `/CN=${hostname}`, '-addext', `subjectAltName=DNS:${hostname}`],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return { key: pem, cert: pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')) }
}

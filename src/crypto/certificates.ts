import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { AUTHORITY_END, certificateBegin } from '../domain/certificate-life.ts'
import { generateSigningKeyPair } from './signing-key-pair.ts'

const KEY = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }
/** RFC 5280 §4.1.2.2 asks for positive numbers of at most 20 bytes. */
const SERIAL_BYTES = 16

/** A certificate authority: its self-signed certificate in DER, its private key as PKCS #8. */
interface Authority {
  certificate: Uint8Array<ArrayBuffer>
  privateDer: Uint8Array<ArrayBuffer>
}

export interface CertifiedKey {
  /** RFC 7638 thumbprint: 43 characters, so that the name stays below the 64 of a common name. */
  kid: string
  publicJwk: webcrypto.JsonWebKey
  createdAt: Date
}

/**
 * A new authority on P-256, without a planned end. It may issue end-entity certificates and nothing else; the beginning
 * of its key's thumbprint in the name tells authorities apart where a registry trusts several.
 */
export async function createAuthority(createdAt: Date): Promise<Authority> {
  const x509 = await loadX509()
  const { kid, publicJwk, privateDer } = await generateSigningKeyPair()
  const publicKey = await importPublic(publicJwk)
  const name = [{ CN: [`quay-robots registry CA ${kid.slice(0, 8)}`] }]
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore: certificateBegin(createdAt),
    notAfter: AUTHORITY_END,
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    publicKey,
    signingKey: await importPrivate(privateDer),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return { certificate: new Uint8Array(certificate.rawData), privateDer: Buffer.from(privateDer) }
}

/**
 * A certificate in DER, by the authority, for a key that signs tokens (RFC 7515 §4.1.6 calls it `x5c`).
 *
 * @param notAfter its end (`domain/certificate-life.ts`)
 */
export async function issueCertificate(
  authority: Authority,
  key: CertifiedKey,
  notAfter: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const x509 = await loadX509()
  const issuer = new x509.X509Certificate(authority.certificate)
  const publicKey = await importPublic(key.publicJwk)
  const certificate = await x509.X509CertificateGenerator.create({
    notBefore: certificateBegin(key.createdAt),
    notAfter,
    serialNumber: serialNumber(),
    subject: [{ CN: [`quay-robots key ${key.kid}`] }],
    issuer: issuer.subjectName.toJSON(),
    publicKey,
    signingKey: await importPrivate(authority.privateDer),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return new Uint8Array(certificate.rawData)
}

export const endOf = (certificate: Uint8Array) => new Date(new X509Certificate(certificate).validTo)

/** Takes a tenth of a second or more, and only making certificates needs it; `reflect-metadata` comes first. */
async function loadX509() {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

/** Random, and positive whatever its first bit. */
function serialNumber() {
  const bytes = randomBytes(SERIAL_BYTES)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

const importPublic = (jwk: webcrypto.JsonWebKey) =>
  webcrypto.subtle.importKey('jwk', jwk, KEY, true, ['verify'])

const importPrivate = (der: Uint8Array<ArrayBuffer>) =>
  webcrypto.subtle.importKey('pkcs8', der, KEY, false, ['sign'])

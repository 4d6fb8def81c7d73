import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { endOf } from '../../crypto/certificates.ts'
import { encodeHeader } from '../../crypto/jws.ts'
import { type Keyring, UnknownKeyError } from '../../crypto/keyring.ts'
import { importPrivateKey, importPublicKey } from '../../crypto/signing-key-pair.ts'
import { signingKeyOf } from '../../domain/signing-key-life.ts'
import type { SigningKeyRow } from '../../queries/signing-keys.ts'

interface PublishedKey {
  jwk: JWK
  publicKey: KeyObject
  expiresAt: Date | null
}

interface Signer {
  kid: string
  privateKey: KeyObject
  /** The first part of a token with this `typ`. */
  headerOf: (typ: string) => string
  /** The same with the certificate (`x5c`, RFC 7515 §4.1.6); undefined where the key has none. */
  certifiedHeaderOf: ((typ: string) => string) | undefined
}

/** The keys as the database had them at `readAt`. */
export interface Snapshot {
  readAt: Date
  signer: Signer
  published: Map<string, PublishedKey>
  /** Why the current key could not be certified, if that was tried. */
  uncertified?: unknown
}

/** The context that a signing key is sealed with. */
export const sealContext = (kid: string) => `signing-key:${kid}`

export const findCurrent = (rows: SigningKeyRow[]) =>
  rows.find(({ retiredAt }) => retiredAt === null)

/** @throws {UnknownKeyError} where the ring lacks the key that sealed the current one */
export function toSnapshot(rows: SigningKeyRow[], keyring: Keyring, readAt: Date): Snapshot {
  const current = findCurrent(rows)
  if (current === undefined) throw new Error('the database holds no current signing key')
  const newest = toSigner(current, keyring)
  return {
    readAt,
    signer: knownSigner(rows, keyring, readAt) ?? newest,
    published: new Map(rows.map((row) => [row.kid, toPublishedKey(row)])),
  }
}

/** @throws {UnknownKeyError} where the ring lacks the key that sealed it */
export function openSigningKey(row: SigningKeyRow, keyring: Keyring): KeyObject {
  const { kid, sealKeyId: keyId, privateSealed: sealed } = row
  return importPrivateKey(keyring.open({ keyId, sealed }, sealContext(kid)))
}

function toSigner(row: SigningKeyRow, keyring: Keyring): Signer {
  const { kid, certificate } = row
  return {
    kid,
    privateKey: openSigningKey(row, keyring),
    headerOf: remember((typ) => encodeHeader({ typ, kid })),
    certifiedHeaderOf: certificate
      ? remember((typ) => encodeHeader({ typ, kid, x5c: toX5c(certificate) }))
      : undefined,
  }
}

/** The newest key that was published for long enough, else the oldest one; undefined where it cannot be opened. */
function knownSigner(rows: SigningKeyRow[], keyring: Keyring, now: Date): Signer | undefined {
  // A retired key without a certificate may have been certified by an authority that was replaced since.
  const alive = rows.filter(
    ({ expiresAt, certificate }) =>
      expiresAt === null || (expiresAt > now && certificate !== null && endOf(certificate) > now),
  )
  const known = signingKeyOf(alive, now)
  try {
    return known && toSigner(known, keyring)
  } catch (error) {
    if (error instanceof UnknownKeyError) return undefined
    throw error
  }
}

const toX5c = (certificate: Uint8Array): [string] => [Buffer.from(certificate).toString('base64')]

/** Does the work once for each of a few texts. */
function remember(make: (text: string) => string): (text: string) => string {
  const made = new Map<string, string>()
  return (text) => {
    const known = made.get(text) ?? make(text)
    made.set(text, known)
    return known
  }
}

function toPublishedKey({ kid, algorithm, publicJwk, expiresAt }: SigningKeyRow): PublishedKey {
  const bare = publicJwk as JWK
  const jwk = { ...bare, kid, alg: algorithm, use: 'sig' }
  return { jwk, publicKey: importPublicKey(bare), expiresAt }
}

import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { encodeHeader } from '../crypto/jws.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { importPrivateKey, importPublicKey } from '../crypto/signing-key-pair.ts'
import type { SigningKeyRow } from '../db/signing-keys.ts'

interface PublishedKey {
  jwk: JWK
  publicKey: KeyObject
  expiresAt: Date | null
}

/** What the database held at `readAt`. */
export interface Snapshot {
  readAt: Date
  current: {
    kid: string
    privateKey: KeyObject
    /** The first part of a token of this type. */
    headerOf: (typ: string) => string
    /** The same with the certificate (`x5c`, RFC 7515 §4.1.6); undefined where the registry authority cannot be used. */
    certifiedHeaderOf: ((typ: string) => string) | undefined
  }
  published: Map<string, PublishedKey>
}

/** Where a signing key is sealed for. */
export const sealContext = (kid: string) => `signing-key:${kid}`

export const findCurrent = (rows: SigningKeyRow[]) =>
  rows.find(({ retiredAt }) => retiredAt === null)

/** @throws {UnknownKeyError} where the ring lacks the key that sealed the current one */
export function toSnapshot(rows: SigningKeyRow[], keyring: Keyring, readAt: Date): Snapshot {
  const current = findCurrent(rows)
  if (current === undefined) throw new Error('the database holds no current signing key')
  const { kid, sealKeyId: keyId, privateSealed: sealed, certificate } = current
  const privateKey = importPrivateKey(keyring.open({ keyId, sealed }, sealContext(kid)))
  const published = new Map(rows.map((row) => [row.kid, toPublishedKey(row)]))
  return {
    readAt,
    current: {
      kid,
      privateKey,
      headerOf: remember((typ) => encodeHeader({ typ, kid })),
      certifiedHeaderOf: certificate
        ? remember((typ) => encodeHeader({ typ, kid, x5c: toX5c(certificate) }))
        : undefined,
    },
    published,
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

import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAuthority, endOf, issueCertificate } from '../../src/crypto/certificates.ts'
import {
  generateSigningKeyPair,
  importPrivateKey,
  importPublicKey,
} from '../../src/crypto/signing-key-pair.ts'

const CREATED = new Date('2026-02-02T03:04:05Z')
const DAY_BEFORE = new Date('2026-02-01T03:04:05Z')
const END = new Date('2026-08-01T00:00:00Z')

let authority: Awaited<ReturnType<typeof createAuthority>>
let key: Awaited<ReturnType<typeof generateSigningKeyPair>> & { createdAt: Date }
let issued: Uint8Array<ArrayBuffer>
beforeEach(async () => {
  authority = await createAuthority(CREATED)
  key = { ...(await generateSigningKeyPair()), createdAt: CREATED }
  issued = await issueCertificate(authority, key, END)
})

/** What an extension says, and whether whoever does not know it must refuse the certificate. */
function extensionsOf(der: Uint8Array<ArrayBuffer>) {
  const certificate = new x509.X509Certificate(der)
  const basic = certificate.getExtension(x509.BasicConstraintsExtension)
  const usages = certificate.getExtension(x509.KeyUsagesExtension)
  return {
    basic: { ca: basic?.ca, pathLength: basic?.pathLength, critical: basic?.critical },
    usages: { usages: usages?.usages, critical: usages?.critical },
    subject: certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    authority: certificate.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
  }
}

describe('an authority', () => {
  it('signs its own certificate, which has no end, with the key that it keeps', () => {
    const certificate = new X509Certificate(authority.certificate)
    const privateKey = importPrivateKey(Buffer.from(authority.privateDer))
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(privateKey)).toBe(true)
    expect(certificate.issuer).toBe(certificate.subject)
    expect(certificate.subject).toMatch(/^CN=quay-robots registry CA [\w-]{8}$/)
    expect(new Date(certificate.validFrom)).toEqual(DAY_BEFORE)
    expect(endOf(authority.certificate)).toEqual(new Date('9999-12-31T23:59:59Z'))
  })

  it('may certify keys, but no other authority', () => {
    const { basic, usages, subject } = extensionsOf(authority.certificate)
    expect(basic).toEqual({ ca: true, pathLength: 0, critical: true })
    expect(usages).toEqual({ usages: x509.KeyUsageFlags.keyCertSign, critical: true })
    expect(subject).toMatch(/^[0-9a-f]{40}$/)
  })

  it('is told apart from others by its name', async () => {
    const other = new X509Certificate((await createAuthority(CREATED)).certificate)
    expect(other.subject).not.toBe(new X509Certificate(authority.certificate).subject)
  })
})

describe('the certificate of a key', () => {
  it('is signed by the authority, for the key', () => {
    const certificate = new X509Certificate(issued)
    const issuer = new X509Certificate(authority.certificate)
    expect(certificate.checkIssued(issuer)).toBe(true)
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    expect(certificate.publicKey.equals(importPublicKey(key.publicJwk))).toBe(true)
    expect(certificate.subject).toBe(`CN=quay-robots key ${key.kid}`)
    expect(certificate.issuer).toBe(issuer.subject)
    expect(new Date(certificate.validFrom)).toEqual(DAY_BEFORE)
    expect(endOf(issued)).toEqual(END)
  })

  it('lets the key sign, but certify nothing', () => {
    const { basic, usages, subject, authority: by } = extensionsOf(issued)
    expect(basic).toEqual({ ca: false, pathLength: undefined, critical: true })
    expect(usages).toEqual({ usages: x509.KeyUsageFlags.digitalSignature, critical: true })
    expect(subject).toMatch(/^[0-9a-f]{40}$/)
    expect(by).toBe(extensionsOf(authority.certificate).subject)
  })
})

it('gives every certificate a number of its own, of 16 bytes and positive', async () => {
  const others = await Promise.all(
    Array.from({ length: 20 }, () => issueCertificate(authority, key, END)),
  )
  const numbers = [authority.certificate, issued, ...others].map(
    (der) => new X509Certificate(der).serialNumber,
  )
  for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/)
  expect(new Set(numbers).size).toBe(numbers.length)
})

import { randomBytes, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createKeyring, type Keyring, UnknownKeyError } from '../../src/crypto/keyring.ts'
import { createRegistryAuthority } from '../../src/services/keys/registry-authority.ts'
import { createSigningKeys } from '../../src/services/keys/signing-keys.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'

const DAY_MS = 86_400_000
const secretKey = randomBytes(32)
const keyring = createKeyring({ current: secretKey, previous: [] }, randomBytes)
const stranger = createKeyring({ current: randomBytes(32), previous: [] }, randomBytes)
let test: TestDatabase
let now: number

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  now = Date.parse('2026-01-01T00:00:00Z')
  await test.reset()
})

const unrecorded = async () => {}

function server(ring: Keyring = keyring) {
  const basics = { db: test.database.db, keyring: ring, clock: () => new Date(now) }
  const authority = createRegistryAuthority(basics)
  return {
    authority,
    keys: createSigningKeys({ ...basics, authority, tokenLifetimeSeconds: 3600 }),
  }
}
type Server = ReturnType<typeof server>

const sign = ({ keys }: Server) => keys.signCertified({ typ: 'JWT' }, { sub: 'org+robot' })
function leafOf(token: string) {
  const { x5c } = decodeProtectedHeader(token)
  expect(x5c).toHaveLength(1)
  return new X509Certificate(Buffer.from(x5c?.[0] ?? '', 'base64'))
}
const authorityOf = async ({ authority }: Server) => new X509Certificate(await authority.bundle())
const row = () => test.database.db.registryAuthority.findUniqueOrThrow({ where: { id: 1 } })

it('certifies the key that signs', async () => {
  const one = server()
  const token = await sign(one)
  const [leaf, authority] = [leafOf(token), await authorityOf(one)]
  expect(authority.ca).toBe(true)
  expect(authority.verify(authority.publicKey)).toBe(true)
  expect(leaf.ca).toBe(false)
  expect(leaf.checkIssued(authority)).toBe(true)
  expect(leaf.verify(authority.publicKey)).toBe(true)
  expect(leaf.subject).toBe(`CN=quay-robots key ${decodeProtectedHeader(token).kid}`)
  await expect(jwtVerify(token, leaf.publicKey)).resolves.toBeDefined()
})

it('lets certificates begin before and end after every use of their key', async () => {
  const one = server()
  const leaf = leafOf(await sign(one))
  expect(Date.parse(leaf.validFrom)).toBe(now - DAY_MS)
  // A key is used for a year at most, its last token for a day.
  expect(Date.parse(leaf.validTo)).toBeGreaterThan(now + (365 + 1) * DAY_MS)
  const authority = await authorityOf(one)
  expect(Date.parse(authority.validFrom)).toBe(now - DAY_MS)
  expect(authority.validTo).toBe('Dec 31 23:59:59 9999 GMT')
})

it('is made once for all servers, also when they start on an empty database at once', async () => {
  const servers = Array.from({ length: 4 }, () => server())
  const bundles = await Promise.all(servers.map(({ authority }) => authority.bundle()))
  expect(new Set(bundles).size).toBe(1)
  expect(await server().authority.bundle()).toBe(bundles[0])
  expect(await test.database.db.registryAuthority.count()).toBe(1)
})

it('stays when signing keys change', async () => {
  const one = server()
  const before = leafOf(await sign(one))
  await one.keys.rotate(unrecorded)
  now += 150_000 // by when the new key signs
  const after = leafOf(await sign(one))
  const authority = await authorityOf(server())
  expect(after.serialNumber).not.toBe(before.serialNumber)
  for (const leaf of [before, after]) expect(leaf.verify(authority.publicKey)).toBe(true)
})

it('certifies what is signed at once after it was replaced', async () => {
  await sign(server())
  // Each replaces what it cannot open, and certifies none of that.
  for (const ring of [stranger, keyring]) {
    const one = server(ring)
    expect(await one.authority.restore(unrecorded)).toBe(true)
    expect(await one.authority.restore(unrecorded)).toBe(false)
    await one.keys.rotate(unrecorded)
    const authority = await authorityOf(server(ring))
    for (const keys of [one, server(ring)]) {
      expect(leafOf(await sign(keys)).verify(authority.publicKey)).toBe(true)
    }
    const certified = await test.database.db.signingKey.findMany({
      where: { certificate: { not: null } },
    })
    expect(certified.map(({ sealKeyId }) => sealKeyId)).toEqual([ring.currentKeyId])
  }
})

it('certifies the first key when a registry token needs it, also on servers that know it without', async () => {
  const one = server()
  await one.keys.jwks()
  expect(await test.database.db.signingKey.findMany({ select: { certificate: true } })).toEqual([
    { certificate: null },
  ])
  const leaf = leafOf(await sign(server()))
  expect(leafOf(await sign(one)).raw).toEqual(leaf.raw)
})

it('lets a first key that is rotated away at once sign on until verifiers know the new one', async () => {
  const one = server()
  const first = (await one.keys.jwks()).keys[0]?.kid
  const { kid } = await one.keys.rotate(unrecorded)
  expect(decodeProtectedHeader(await sign(one)).kid).toBe(first)
  now += 150_000
  expect(decodeProtectedHeader(await sign(one)).kid).toBe(kid)
})

it('certifies a key that was made before there was an authority, once', async () => {
  const before = decodeProtectedHeader(await sign(server())).kid
  await test.database.db.signingKey.updateMany({ data: { certificate: null } })
  await test.database.db.registryAuthority.deleteMany()
  const servers = [server(), server()]
  const tokens = await Promise.all(servers.map(sign))
  const authority = await authorityOf(server())
  for (const token of tokens) {
    expect(decodeProtectedHeader(token).kid).toBe(before)
    expect(leafOf(token).verify(authority.publicKey)).toBe(true)
  }
  now += 31_000
  const later = await Promise.all(servers.map(sign))
  expect(leafOf(later[0] as string).raw).toEqual(leafOf(later[1] as string).raw)
})

it('keeps its private key sealed, and seals it anew with the newest secret key', async () => {
  const one = server()
  const bundle = await one.authority.bundle()
  const old = await row()
  const sealed = { keyId: old.sealKeyId, sealed: old.privateSealed }
  expect(keyring.open(sealed, 'registry-authority')).toBeInstanceOf(Buffer)

  const newer = randomBytes(32)
  const both = createKeyring({ current: newer, previous: [secretKey] }, randomBytes)
  await server(both).authority.reseal()
  expect((await row()).sealKeyId).toBe(both.currentKeyId)
  const alone = server(createKeyring({ current: newer, previous: [] }, randomBytes))
  await alone.keys.rotate(unrecorded)
  const authority = new X509Certificate(bundle)
  expect(leafOf(await sign(alone)).verify(authority.publicKey)).toBe(true)
  expect(await alone.authority.bundle()).toBe(bundle)
})

it('signs no registry token without its key, and is never replaced', async () => {
  const bundle = await server().authority.bundle()
  const other = server(stranger)
  await other.keys.rotate(unrecorded)
  await expect(other.keys.sign({ typ: 'robot+jwt' }, {})).resolves.toBeDefined()
  const query = vi.spyOn(pg.Client.prototype, 'query')
  for (const attempt of [() => sign(other), () => other.keys.certify()]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 30,
      cause: expect.any(UnknownKeyError),
    })
  }
  expect(query).not.toHaveBeenCalled()
  query.mockRestore()
  await expect(other.authority.reseal()).rejects.toThrow(UnknownKeyError)
  expect(await other.authority.bundle()).toBe(bundle)
})

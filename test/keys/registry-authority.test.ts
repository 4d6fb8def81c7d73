import { randomBytes, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import pg from 'pg'
import { beforeEach, expect, it, vi } from 'vitest'
import { createKeyring, type Keyring, UnknownKeyError } from '../../src/crypto/keyring.ts'
import { createRegistryAuthority } from '../../src/services/keys/registry-authority.ts'
import { createSigningKeys, type SigningKeysOptions } from '../../src/services/keys/signing-keys.ts'
import { databaseOfEachTest } from './database.ts'

const DAY_MS = 86_400_000
const secretKey = randomBytes(32)
const keyring = createKeyring({ current: secretKey, previous: [] }, randomBytes)
const stranger = createKeyring({ current: randomBytes(32), previous: [] }, randomBytes)
const { db, reset } = databaseOfEachTest()
let now: number
beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z')
})

const unrecorded = async () => {}

function server(ring: Keyring = keyring, options: Partial<SigningKeysOptions> = {}) {
  const basics = { db: db(), keyring: ring, clock: () => new Date(now) }
  const authority = createRegistryAuthority(basics)
  return {
    authority,
    keys: createSigningKeys({ ...basics, authority, tokenLifetimeSeconds: 3600, ...options }),
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
const row = () => db().registryAuthority.findUniqueOrThrow({ where: { id: 1 } })

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

/** Until a key is replaced, and then for as long as it may sign on and its last token lives. */
const AFTERLIFE_MS = (120 + 60 + 30 + 3600) * 1000
const USE_MS = 30 * DAY_MS + AFTERLIFE_MS
const endOf = (token: string) => Date.parse(leafOf(token).validTo)

it('lets certificates begin before the first and end with the last use of their key', async () => {
  const one = server()
  const leaf = leafOf(await sign(one))
  expect(Date.parse(leaf.validFrom)).toBe(now - DAY_MS)
  expect(Date.parse(leaf.validTo)).toBe(now + USE_MS)
  const authority = await authorityOf(one)
  expect(Date.parse(authority.validFrom)).toBe(now - DAY_MS)
  expect(authority.validTo).toBe('Dec 31 23:59:59 9999 GMT')
})

it('is made once for all servers, also when they start on an empty database at once', async () => {
  const servers = Array.from({ length: 4 }, () => server())
  const bundles = await Promise.all(servers.map(({ authority }) => authority.bundle()))
  expect(new Set(bundles).size).toBe(1)
  expect(await server().authority.bundle()).toBe(bundles[0])
  expect(await db().registryAuthority.count()).toBe(1)
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
    const certified = await db().signingKey.findMany({
      where: { certificate: { not: null } },
    })
    expect(certified.map(({ sealKeyId }) => sealKeyId)).toEqual([ring.currentKeyId])
  }
})

it('certifies the current key alone once there is another authority', async () => {
  const one = server()
  await sign(one)
  const { kid } = await one.keys.rotate(unrecorded)
  await one.authority.replace(unrecorded)
  now += 31_000 // before the new key would sign
  const token = await sign(one)
  expect(decodeProtectedHeader(token).kid).toBe(kid)
  await expect(jwtVerify(token, leafOf(token).publicKey)).resolves.toBeDefined()
  expect(leafOf(token).verify((await authorityOf(one)).publicKey)).toBe(true)
})

it('certifies the first key when a registry token needs it, also on servers that know it without', async () => {
  const one = server()
  await one.keys.jwks()
  expect(await db().signingKey.findMany({ select: { certificate: true } })).toEqual([
    { certificate: null },
  ])
  const leaf = leafOf(await sign(server()))
  expect(leafOf(await sign(one)).raw).toEqual(leaf.raw)
})

it('certifies the first key of a database that was put back while the one before was known without', async () => {
  const { keys } = server()
  await keys.sign({ typ: 'JWT' }, {}) // knows a first key, not certified yet
  await reset()
  const signed = await keys.signCertified({ typ: 'JWT' }, {})
  expect(decodeProtectedHeader(signed).x5c).toHaveLength(1)
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
  await db().signingKey.updateMany({ data: { certificate: null } })
  await db().registryAuthority.deleteMany()
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

it('lets every token of a key end before its certificate, however long nobody asked for one', async () => {
  for (const days of [29, 30, 31, 400]) {
    const one = server()
    await sign(one)
    now += days * DAY_MS
    for (const signer of [one, server()]) {
      const token = await sign(signer)
      expect(endOf(token)).toBeGreaterThanOrEqual(now + 3_660_000)
      expect(endOf(token)).toBeLessThanOrEqual(now + USE_MS)
    }
    await reset()
  }
})

it('makes certificates anew where the operator lengthens the use of keys, and those of older versions', async () => {
  const before = await sign(server())
  const kid = decodeProtectedHeader(before).kid as string
  now += 10 * DAY_MS
  const longer = await sign(server(keyring, { rotateAfterSeconds: 90 * 86_400 }))
  expect(decodeProtectedHeader(longer).kid).toBe(kid)
  expect(endOf(longer)).toBe(endOf(before)) // good for long enough now
  now += 20 * DAY_MS + 1_000
  const later = await sign(server(keyring, { rotateAfterSeconds: 90 * 86_400 }))
  expect(decodeProtectedHeader(later).kid).toBe(kid)
  expect(endOf(later)).toBe(endOf(before) + 60 * DAY_MS)
  // As one of two years is to the version before.
  expect(endOf(await sign(server()))).toBeLessThan(now + DAY_MS)
})

it('signs with the new key at once where the one before was never certified and is past its age', async () => {
  const one = server()
  const first = (await one.keys.jwks()).keys[0]?.kid
  now += 31 * DAY_MS
  for (const signer of [one, server()]) {
    const { kid, x5c } = decodeProtectedHeader(await sign(signer))
    expect([kid === first, x5c?.length]).toEqual([false, 1])
  }
})

it('deletes the private key with its last token, also where nobody rotates', async () => {
  const one = server()
  const kid = decodeProtectedHeader(await sign(one)).kid as string
  await one.keys.rotate(unrecorded)
  const isThere = () => db().signingKey.count({ where: { kid } })
  now += AFTERLIFE_MS - 1_000
  await server().keys.jwks()
  expect(await isThere()).toBe(1)
  now += 1_000
  await server().keys.jwks()
  expect(await isThere()).toBe(0)
})

it('looks after the keys every minute by itself, until it is stopped', async () => {
  const one = server()
  await sign(one)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stop = one.keys.start((error) => {
    throw error
  })
  now += 31 * DAY_MS
  vi.advanceTimersByTime(60_000)
  await vi.waitFor(async () => expect(await db().signingKey.count()).toBe(2))
  await stop()
  now += 31 * DAY_MS
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(await db().signingKey.count()).toBe(2)
})

it('is replaced on purpose together with every key that it certified, and other servers follow', async () => {
  const [one, other] = [server(), server()]
  const before = await sign(one)
  await sign(other)
  const [kid, bundle] = [
    decodeProtectedHeader(before).kid as string,
    await other.authority.bundle(),
  ]
  await one.keys.endOthers(unrecorded)
  await one.authority.replace(unrecorded)
  now += 30_000
  const authority = await authorityOf(one)
  expect(await other.authority.bundle()).toBe(authority.toString())
  expect(authority.toString()).not.toBe(bundle)
  for (const signer of [one, other, server()]) {
    const token = await sign(signer)
    expect(decodeProtectedHeader(token).kid).not.toBe(kid)
    expect(leafOf(token).verify(authority.publicKey)).toBe(true)
    expect(await signer.keys.verifyKey(kid)).toBeUndefined()
  }
  expect(leafOf(before).verify(authority.publicKey)).toBe(false)
})

it('has its new key at once also where a load began before the rotation', async () => {
  let isHeld = false
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const isAnswered = vi.fn()
  // Answers of the database that it gave before come late.
  const { signingKey } = db()
  const late = new Proxy(signingKey, {
    get: (target, name) =>
      name === 'findMany'
        ? async (query: Parameters<typeof target.findMany>[0]) => {
            const answer = await target.findMany(query)
            if (!isHeld) return answer
            isHeld = false
            isAnswered()
            await held
            return answer
          }
        : Reflect.get(target, name),
  })
  const lateDb = new Proxy(db(), {
    get(target, name) {
      if (name === 'signingKey') return late
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const one = server(keyring, { db: lateDb })
  await sign(one)
  now += 30_000
  isHeld = true
  const loading = one.keys.jwks()
  await vi.waitFor(() => expect(isAnswered).toHaveBeenCalled())
  const rotating = one.keys.rotate(unrecorded)
  await vi.waitFor(async () => expect(await db().signingKey.count()).toBe(2))
  release()
  await loading
  const { kid } = await rotating
  expect((await one.keys.jwks()).keys[0]?.kid).toBe(kid)
})

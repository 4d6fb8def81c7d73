import { randomBytes } from 'node:crypto'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  type JWK,
  jwtVerify,
} from 'jose'
import pg from 'pg'
import { beforeEach, expect, it, vi } from 'vitest'
import { createKeyring, UnknownKeyError } from '../../src/crypto/keyring.ts'
import { createRegistryAuthority } from '../../src/services/keys/registry-authority.ts'
import { createSigningKeys, type SigningKeysOptions } from '../../src/services/keys/signing-keys.ts'
import { eventually } from '../helpers/eventually.ts'
import { databaseOfEachTest } from './database.ts'

const DAY = 86_400
const TOKEN_LIFETIME = 3600
/** What a retired key stays for: refresh, longest token, leeway. */
/** A new key is published for so long before it signs. */
const AHEAD = 120
const AFTERLIFE = AHEAD + 30 + TOKEN_LIFETIME + 60

const secretKey = randomBytes(32)
const keyring = createKeyring({ current: secretKey, previous: [] }, randomBytes)
const { db } = databaseOfEachTest()
let now: number
beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z')
})

const unrecorded = async () => {}

const clock = () => new Date(now)
const server = (options: Partial<SigningKeysOptions> = {}) => {
  const basics = { db: db(), keyring, clock, ...options }
  const authority = createRegistryAuthority(basics)
  return createSigningKeys({ ...basics, authority, tokenLifetimeSeconds: TOKEN_LIFETIME })
}
const pass = (seconds: number) => {
  now += seconds * 1000
}
const sign = (keys: ReturnType<typeof server>) => keys.sign({ typ: 'JWT' }, { sub: 'org+robot' })
const kidOf = (token: string) => decodeProtectedHeader(token).kid as string
const kidsOf = ({ keys }: { keys: JWK[] }) => keys.map(({ kid }) => kid)

/** One whose first key has been certified. */
async function settledServer() {
  const keys = server()
  await keys.signCertified({ typ: 'JWT' }, {})
  return keys
}

it('signs what its JWK Set verifies', async () => {
  const keys = server()
  const token = await sign(keys)
  const { keys: published } = await keys.jwks()
  expect(published).toHaveLength(1)
  const jwk = published[0] as JWK
  expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  expect(jwk).toMatchObject({ alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) })

  const { payload, protectedHeader } = await jwtVerify(
    token,
    createLocalJWKSet({ keys: published }),
  )
  expect(payload).toEqual({ sub: 'org+robot' })
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: jwk.kid, typ: 'JWT' })
  const key = await keys.verifyKey(kidOf(token))
  await expect(jwtVerify(token, key as NonNullable<typeof key>)).resolves.toBeDefined()
})

it('keeps the private key sealed and bound to its row', async () => {
  const token = await sign(server())
  const row = await db().signingKey.findUniqueOrThrow({ where: { kid: kidOf(token) } })
  expect(row.sealKeyId).toBe(keyring.currentKeyId)
  const sealed = { keyId: row.sealKeyId, sealed: row.privateSealed }
  expect(keyring.open(sealed, `signing-key:${row.kid}`)).toBeInstanceOf(Buffer)
  expect(() => keyring.open(sealed, 'signing-key:other')).toThrow('belongs elsewhere')

  const stranger = createKeyring({ current: randomBytes(32), previous: [] }, randomBytes)
  await expect(sign(server({ keyring: stranger }))).rejects.toThrow(UnknownKeyError)
})

it('is shared by servers, also when they start on an empty database at once', async () => {
  const servers = Array.from({ length: 4 }, () => server())
  const kids = (await Promise.all(servers.map(sign))).map(kidOf)
  expect(new Set(kids).size).toBe(1)
  expect(await db().signingKey.count()).toBe(1)
})

it('survives a restart', async () => {
  const token = await sign(server())
  expect(kidOf(await sign(server()))).toBe(kidOf(token))
})

it('ends with one current key when servers rotate at once', async () => {
  const servers = [server(), server(), server()]
  await Promise.all(servers.map((keys) => keys.rotate(unrecorded)))
  expect(await db().signingKey.count({ where: { retiredAt: null } })).toBe(1)
  pass(30)
  const kids = (await Promise.all(servers.map(sign))).map(kidOf)
  expect(new Set(kids).size).toBe(1)
})

it('signs with the new key once verifiers can know it, and publishes the old one until its tokens expired', async () => {
  const keys = server()
  const before = kidOf(await sign(keys))
  const { kid } = await keys.rotate(unrecorded)
  expect(kidsOf(await keys.jwks())).toEqual([kid, before])
  pass(AHEAD - 1)
  expect(kidOf(await sign(keys))).toBe(before)
  pass(30)
  expect(kidOf(await sign(keys))).toBe(kid)

  pass(AFTERLIFE - AHEAD - 30)
  expect(kidsOf(await keys.jwks())).toEqual([kid, before])
  expect(await keys.verifyKey(before)).toBeDefined()
  pass(1)
  expect(kidsOf(await keys.jwks())).toEqual([kid])
  expect(await keys.verifyKey(before)).toBeUndefined()

  await keys.rotate(unrecorded)
  expect(await db().signingKey.findUnique({ where: { kid: before } })).toBeNull()
  expect(await db().signingKey.count()).toBe(2)
})

it('does not lengthen the life of a key that is retired already', async () => {
  const keys = server()
  const before = kidOf(await sign(keys))
  await keys.rotate(unrecorded)
  pass(60)
  await keys.rotate(unrecorded)
  pass(AFTERLIFE - 60)
  expect(await keys.verifyKey(before)).toBeUndefined()
})

it('publishes each of several keys to its own end, however soon they were replaced', async () => {
  const keys = server()
  const first = kidOf(await sign(keys))
  const second = (await keys.rotate(unrecorded)).kid
  pass(60)
  const third = (await keys.rotate(unrecorded)).kid
  const fourth = (await keys.rotate(unrecorded)).kid
  const published = async () => new Set(kidsOf(await keys.jwks()))
  expect(await published()).toEqual(new Set([first, second, third, fourth]))
  pass(AFTERLIFE - 60)
  expect(await published()).toEqual(new Set([second, third, fourth]))
  expect(await db().signingKey.count()).toBe(3)
})

it('replaces a key by age, once for all servers', async () => {
  const servers = [server(), server()]
  const [before] = (await Promise.all(servers.map(sign))).map(kidOf)
  pass(30 * DAY - 1)
  expect(kidOf(await sign(server()))).toBe(before)
  pass(31)
  expect((await Promise.all(servers.map(sign))).map(kidOf)).toEqual([before, before])
  pass(AHEAD + 30)
  const kids = (await Promise.all(servers.map(sign))).map(kidOf)
  expect(kids[0]).not.toBe(before)
  expect(kids[1]).toBe(kids[0])
  expect(await db().signingKey.count()).toBe(2)
})

it('lets a server that missed a rotation sign on for the refresh time, verifiably to the end', async () => {
  const [rotating, behind] = [server(), server()]
  const before = kidOf(await sign(behind))
  await rotating.rotate(unrecorded)
  pass(AHEAD - 1)
  await behind.jwks()
  pass(29)
  const last = await sign(behind)
  expect(kidOf(last)).toBe(before)
  pass(1)
  expect(kidOf(await sign(behind))).not.toBe(before)
  pass(TOKEN_LIFETIME - 1)
  expect(await rotating.verifyKey(before)).toBeDefined()
})

it('finds the new key of another server at once', async () => {
  const [rotating, behind] = [server(), server()]
  await sign(behind)
  const { kid } = await rotating.rotate(unrecorded)
  const found = await Promise.all([behind.verifyKey(kid), behind.verifyKey(kid)])
  expect(found).toEqual([expect.anything(), expect.anything()])
})

it('asks for unknown key ids once in five seconds', async () => {
  const keys = await settledServer()
  const query = vi.spyOn(pg.Client.prototype, 'query')
  for (let index = 0; index < 20; index += 1) {
    expect(await keys.verifyKey(`unknown-${index}`)).toBeUndefined()
  }
  expect(query).toHaveBeenCalledTimes(1)
  pass(5)
  await Promise.all(Array.from({ length: 20 }, (_, index) => keys.verifyKey(`unknown-${index}`)))
  expect(query).toHaveBeenCalledTimes(2)
  query.mockRestore()
})

it('asks the database once per refresh time, however many callers there are', async () => {
  const keys = await settledServer()
  const query = vi.spyOn(pg.Client.prototype, 'query')
  pass(29)
  await Promise.all([sign(keys), keys.jwks()])
  expect(query).not.toHaveBeenCalled()
  pass(1)
  await Promise.all([sign(keys), sign(keys), keys.jwks()])
  expect(query).toHaveBeenCalledTimes(1)
  query.mockRestore()
})

it('asks again after a failure', async () => {
  const keys = server()
  const connect = vi
    .spyOn(pg.Pool.prototype, 'connect')
    .mockImplementationOnce((done) => done(new Error('down'), undefined, () => {}))
  await expect(sign(keys)).rejects.toThrow('down')
  await expect(sign(keys)).resolves.toBeDefined()
  connect.mockRestore()
})

it('knows of a replacement also where the keys were just being read', async () => {
  const basics = { db: db(), keyring, clock }
  const authority = createRegistryAuthority(basics)
  const keys = createSigningKeys({ ...basics, authority, tokenLifetimeSeconds: TOKEN_LIFETIME })
  const before = kidOf(await sign(keys))
  pass(30)
  // The first certificate takes its time, and comes to nothing.
  let giveUp = () => {}
  const held = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error('no certificate'))
  })
  const issue = vi.spyOn(authority, 'issue').mockImplementationOnce(() => held)
  const reading = keys.jwks()
  await eventually(() => expect(issue).toHaveBeenCalled())
  const replaced = keys.endOthers(unrecorded)
  const isThere = () => db().signingKey.findUnique({ where: { kid: before } })
  await eventually(async () => expect(await isThere()).toBeNull())
  giveUp()
  const [{ kid }] = await Promise.all([replaced, reading])
  expect(kidsOf(await keys.jwks())).toEqual([kid])
})

it('rotates away from a key that it cannot open', async () => {
  const before = kidOf(await sign(server()))
  const stranger = createKeyring({ current: randomBytes(32), previous: [] }, randomBytes)
  const keys = server({ keyring: stranger })
  const { kid } = await keys.rotate(unrecorded)
  expect(kidsOf(await keys.jwks())).toEqual([kid, before])
})

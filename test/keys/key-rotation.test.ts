import { randomBytes, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { afterAll, expect, it } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { createAcme, createRobot } from '../registry/world.ts'

const services: TestService[] = []
afterAll(async () => {
  for (const service of services.toReversed()) await service.close()
})

async function start(options: Parameters<typeof startService>[0]) {
  const service = await startService(options)
  services.push(service)
  return service
}
const bundleOf = ({ services: { registryAuthority } }: TestService) => registryAuthority.bundle()

it('lets SECRET_KEY be changed without a word to the registry', async () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
  const before = await start({ config: { secretKey: oldKey } })
  await createAcme(before)
  const alice = await before.token('alice', ['org:admin'])
  const password = await createRobot(apiOf(before.url), alice, 'ci')
  await apiOf(before.url).login('acme+ci', password).expect(200)
  const bundle = await bundleOf(before)

  const { database } = before
  const both = { secretKey: newKey, previousSecretKeys: [oldKey] }
  const rotating = await start({ database, config: both })
  expect(await rotating.services.keyRotation.rotate({})).toMatchObject({ resealed: 1 })

  const after = await start({ database, config: { secretKey: newKey } })
  await after.services.keyRotation.rotate({})
  const { body } = await apiOf(after.url).login('acme+ci', password).expect(200)
  expect(await bundleOf(after)).toBe(bundle)
  const { x5c } = decodeProtectedHeader(body.token)
  const leaf = new X509Certificate(Buffer.from(x5c?.[0] ?? '', 'base64'))
  expect(leaf.verify(new X509Certificate(bundle).publicKey)).toBe(true)
})

it('replaces keys and certificate on purpose: what they signed ends, and the rest goes on', async () => {
  const service = await start({})
  await createAcme(service)
  const api = apiOf(service.url)
  const password = await createRobot(api, await service.token('alice', ['org:admin']), 'ci')
  await api.login('acme+ci', password).expect(200)
  const keys = () => api.as().get('/.well-known/jwks.json').expect(200)
  const [bundle, before] = [await bundleOf(service), (await keys()).body.keys]

  const { kid } = await service.services.keyRotation.replace({})
  expect((await keys()).body.keys).toEqual([expect.objectContaining({ kid })])
  expect(before).not.toContainEqual(expect.objectContaining({ kid }))
  expect(await bundleOf(service)).not.toBe(bundle)
  await api.login('acme+ci', password).expect(200)
  const entries = await service.db.auditEntry.findMany({ where: { kind: { contains: 'replace' } } })
  expect(entries).toHaveLength(1)
})

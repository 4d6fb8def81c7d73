import { randomBytes, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { afterAll, expect, it } from 'vitest'
import type { ServiceOptions } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const stages: Stage[] = []
afterAll(async () => {
  for (const stage of stages.toReversed()) await stage.close()
})

async function start(options: ServiceOptions) {
  const stage = await startStage(options)
  stages.push(stage)
  return stage
}
async function createRobot(stage: Stage) {
  await stage.people('alice')
  await stage.organization('acme')
  return stage.robot('acme+ci')
}
const bundleOf = ({ services: { registryAuthority } }: Stage) => registryAuthority.bundle()

it('lets SECRET_KEY be changed without a word to the registry', async () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)]
  const before = await start({ config: { secretKey: oldKey } })
  const password = await createRobot(before)
  await before.api.login('acme+ci', password).expect(200)
  const bundle = await bundleOf(before)

  const { database } = before
  const both = { secretKey: newKey, previousSecretKeys: [oldKey] }
  const rotating = await start({ database, config: both })
  expect(await rotating.services.keyRotation.rotate({})).toMatchObject({ resealed: 1 })

  const after = await start({ database, config: { secretKey: newKey } })
  await after.services.keyRotation.rotate({})
  const { body } = await after.api.login('acme+ci', password).expect(200)
  expect(await bundleOf(after)).toBe(bundle)
  const { x5c } = decodeProtectedHeader(body.token)
  const leaf = new X509Certificate(Buffer.from(x5c?.[0] ?? '', 'base64'))
  expect(leaf.verify(new X509Certificate(bundle).publicKey)).toBe(true)
})

it('replaces keys and certificate on purpose: what they signed ends, and the rest goes on', async () => {
  const stage = await start({})
  const { api } = stage
  const password = await createRobot(stage)
  await api.login('acme+ci', password).expect(200)
  const keys = () => api.as().get('/.well-known/jwks.json').expect(200)
  const [bundle, before] = [await bundleOf(stage), (await keys()).body.keys]

  const { kid } = await stage.services.keyRotation.replace({})
  expect((await keys()).body.keys).toEqual([expect.objectContaining({ kid })])
  expect(before).not.toContainEqual(expect.objectContaining({ kid }))
  expect(await bundleOf(stage)).not.toBe(bundle)
  await api.login('acme+ci', password).expect(200)
  // The keys end first: the new authority never certifies one of them, whichever server asks meanwhile.
  const entries = await stage.db.auditEntry.findMany({
    where: { namespaceId: null },
    orderBy: { id: 'desc' },
    take: 2,
  })
  expect(entries.map(({ kind }) => kind)).toEqual([
    'replace_registry_certificate',
    'rotate_signing_key',
  ])
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { pullSecretName } from '../../src/domain/pull-secret-name.ts'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const REGISTRY = 'registry.example.com:5000'
/** Robots that Quay would give one name for their secrets, by organization. */
const ALIKE = { aa: 'bb-cc', 'aa-bb': 'cc', 'aa.bb': 'cc', aa_bb: 'cc' }

let stage: Stage
let alice: Client
beforeAll(async () => {
  stage = await startStage({ config: { registryHost: REGISTRY } })
  await stage.people('alice')
  alice = await stage.client('alice', 'org:admin')
  for (const [organization, robot] of Object.entries({ ...ALIKE, acme: 'deployer' })) {
    await stage.organization(organization)
    await alice.put(`/api/v1/organization/${organization}/robots/${robot}`).expect(201)
  }
})
afterAll(() => stage?.close())

const taken = (organization: string, robot: string, query: string) =>
  alice.get(`/api/v1/organization/${organization}/robots/${robot}/credentials${query}`).buffer(true)

async function nameOf(organization: string, robot: string) {
  const secret = await taken(organization, robot, '?format=kubernetes-secret').expect(200)
  const values = await taken(organization, robot, '?format=helm').expect(200)
  const { name } = parse(secret.text).metadata
  expect(parse(values.text).imagePullSecrets).toEqual([{ name }])
  return name as string
}

describe('the name of a pull secret', () => {
  it("is Quay's where no other robot's would be the same", async () => {
    expect(await nameOf('acme', 'deployer')).toBe('acme-deployer-pull-secret')
    expect(await nameOf('aa-bb', 'cc')).toBe('aa-bb-cc-pull-secret')
  })

  it('is another for each robot', async () => {
    const names = await Promise.all(Object.entries(ALIKE).map((robot) => nameOf(...robot)))
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^aa-bb-cc(--[0-9a-f]{10})?-pull-secret$/)
  })

  it('is one that Kubernetes takes, and no other’s, however long that of the robot', () => {
    // RFC 1123 as Kubernetes checks it: `validation.IsDNS1123Label`.
    const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
    const owners = ['a'.repeat(127), `${'a'.repeat(119)}.a`, 'a'.repeat(120)]
    const robots = owners.flatMap((owner) =>
      [`${'b'.repeat(120)}.b`, 'b'.repeat(127), 'b'.repeat(126)].map((name) => `${owner}+${name}`),
    )
    const names = robots.map(pullSecretName)
    for (const name of names) {
      expect(name).toMatch(label)
      expect(name).toMatch(/-pull-secret$/)
      expect(name.length).toBeLessThanOrEqual(253)
    }
    expect(new Set(names).size).toBe(robots.length)
  })
})

describe('credentials for a part of the registry', () => {
  const below = `${REGISTRY}/acme`

  it('name it in every format', async () => {
    const of = async (format: string, separator = '?format=') =>
      (await taken('acme', 'deployer', `${separator}${format}`).expect(200)).text
    const query = `&registry=${below}`
    for (const format of ['docker-config', 'podman-auth']) {
      expect(Object.keys(JSON.parse(await of(format + query)).auths)).toEqual([below])
      expect(Object.keys(JSON.parse(await of(`${format}?registry=${below}`, '/')).auths)).toEqual([
        below,
      ])
    }
    const { data } = parse(await of(`kubernetes-secret${query}`))
    const file = JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString())
    expect(Object.keys(file.auths)).toEqual([below])
    expect(parse(await of(`helm${query}`)).imageCredentials.registry).toBe(below)
    expect(await of(`env${query}`)).toContain(`REGISTRY=${below}\n`)
    expect(await of(`login-command${query}`)).toMatch(new RegExp(` ${below}\n$`))
  })

  it.each([REGISTRY, `${REGISTRY}/other`, `${REGISTRY}/acme/team/app`])(
    'may be for %s',
    async (registry) => {
      const { text } = await taken('acme', 'deployer', `?format=env&registry=${registry}`)
      expect(text).toContain(`REGISTRY=${registry}\n`)
    },
  )

  it.each([
    ...['', 'registry.example.com', 'evil.example.com', `${REGISTRY}/`, `${REGISTRY}/Acme`],
    ...[`${REGISTRY}.evil.example.com/acme`, `${REGISTRY}/acme/..`, `${REGISTRY}/a;b`],
    ...[`https://${REGISTRY}`, `${REGISTRY}/acme\n`],
  ])('are not for %j', async (registry) => {
    const before = (await auditEntries(stage.db)).length
    const query = `format=env&registry=${encodeURIComponent(registry)}`
    const { status, body } = await taken('acme', 'deployer', `?${query}`)
    expect([status, body]).toEqual([
      400,
      invalidRequest(
        stage.url,
        `registry must be ${REGISTRY}, or ${REGISTRY}/ and an organization`,
      ),
    ])
    expect(await auditEntries(stage.db)).toHaveLength(before)
  })

  it('stand in the log as what they are for', async () => {
    await taken('acme', 'deployer', `?format=env&registry=${below}`).expect(200)
    const { metadata } = (await auditEntries(stage.db)).at(-1) ?? {}
    expect(metadata).toMatchObject({ robot: 'deployer', format: 'env', registry: below })
  })
})

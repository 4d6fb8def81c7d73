import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { warningsOf } from '../../src/domain/entry-warnings.ts'
import { type Client, shapeA } from '../helpers/api.ts'
import { exchangeOf, issuersWith } from '../helpers/federation.ts'
import { AUDIENCE } from '../helpers/provider-claims.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { REPOSITORY, TEMPLATE_CASES, type TemplateCase } from '../helpers/template-cases.ts'

// Each template makes an entry that is stored as it is, admits the job that it is for, and no other.

const TEMPLATES = '/api/v1/federation/templates'
const ROBOTS = '/api/v1/organization/acme/robots'

/** Values that somebody might give, and nobody should. */
const ODD = [
  ...[',', 'a,,', '*', '**', 'a*b', '\\', '\\\\', '%', '{}', '-', '..', '/', 'a:b', '\u202e', '0'],
  ...['x'.repeat(513), 'x'.repeat(3000), '😀'.repeat(256), ':'.repeat(512), '*'.repeat(512)],
  ...['a,'.repeat(255), `https://${'a'.repeat(500)}/`, 'https://a.b/*/', 'https://%31.0.0.1/'],
]

let stage: Stage
let mint: Mint
let alice: Client
const anybody = () => stage.api.as()

beforeAll(async () => {
  const key = await createSigningKey('RS256', 'first')
  mint = createMint('', key)
  const issuers = Object.values(TEMPLATE_CASES)
    .filter(({ values }) => values.issuer_ref === undefined)
    .map(({ claims }) => claims().iss)
  stage = await startStage({ config: { issuers: issuersWith(key, ...new Set(issuers)) } })
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin')
  const record = {
    issuer: 'https://kubernetes.default.svc.cluster.local',
    jwks: { keys: [key.publicJwk] },
  }
  await alice.put('/api/v1/organization/acme/issuers/prod-eu', record).expect(200)
})
afterAll(() => stage.close())

const fill = (template: string, values: Record<string, string>) =>
  anybody().get(`${TEMPLATES}/${template}`).query(values)

describe.each(Object.entries(TEMPLATE_CASES))(
  '%s',
  (title, { template, values, claims, ...tokens }) => {
    const robot = title.toLowerCase().replace(/\W+/g, '_')
    const exchange = (token: string) => exchangeOf(stage.url).basic(`acme+${robot}`, token)

    it('makes an entry that is stored as it is, without a warning', async () => {
      const { body: entry } = await fill(template, { ...values, audience: AUDIENCE }).expect(200)
      expect(warningsOf(entry, { mayPush: true })).toEqual([])
      await alice.put(`${ROBOTS}/${robot}`).expect(201)
      const { body } = await alice.post(`${ROBOTS}/${robot}/federation`, [entry])
      expect(body).toEqual([entry])
    })

    it.each(Object.entries({ 'its job': {}, ...tokens.also }))('admits %s', async (_, fields) => {
      const token = await mint(claims(fields))
      await exchange(token).expect(200)
      const [{ single_use: isSingle = false }] = (await alice.get(`${ROBOTS}/${robot}/federation`))
        .body
      await exchange(token).expect(isSingle ? 401 : 200)
    })

    it.each(
      Object.entries({
        ...tokens.neighbours,
        'another audience': { aud: 'https://cloud.example.com' },
        'no audience': { aud: undefined },
      }),
    )('admits no other: %s', async (_, fields) => {
      await exchange(await mint(claims(fields))).expect(401)
    })
  },
)

describe('the list of templates', () => {
  it('says what each asks for, with an entry of placeholders', async () => {
    const { body } = await anybody().get(TEMPLATES).expect(200)
    const names = body.templates.map(({ name }: { name: string }) => name)
    expect([...names].sort()).toEqual(
      [...new Set(Object.values(TEMPLATE_CASES).map(({ template }) => template))].sort(),
    )
    const github = body.templates[0]
    expect(github).toMatchObject({
      name: 'github',
      title: 'GitHub Actions',
      one_of: ['environment', 'branch', 'tag'],
      entry: {
        subject: 'repo:OWNER*/NAME*:environment:ENVIRONMENT',
        audiences: [AUDIENCE],
        claims: { repository_id: 'REPOSITORY_ID' },
      },
    })
    expect(github.parameters[1]).toEqual({
      name: 'repository_id',
      description:
        'Its number, which no other gets: gh api repos/OWNER/NAME --jq .id; or, ' +
        'of a public one, id at https://api.github.com/repos/OWNER/NAME',
      placeholder: 'REPOSITORY_ID',
      required: true,
    })
    expect(github.parameters).toContainEqual(
      expect.objectContaining({ name: 'issuer', required: false, default: claimsOf('github').iss }),
    )
  })
})

const claimsOf = (name: string) =>
  (Object.values(TEMPLATE_CASES).find(({ template }) => template === name) as TemplateCase).claims()

describe('a template that is filled', () => {
  const filled = { ...REPOSITORY, branch: 'main' }

  it('names this service, where the caller names no audience', async () => {
    const { body } = await fill('github', filled).expect(200)
    expect(body.audiences).toEqual([stage.config.publicUrl])
  })

  it('goes by what the operator says of audiences and of the life of robot tokens', async () => {
    const policy = { ...stage.config.policy, audience: AUDIENCE }
    const other = await startStage({ config: { policy, robotTokenTtl: 300 } })
    try {
      const { body } = await other.api.as().get(`${TEMPLATES}/github`).query(filled)
      expect(body).toMatchObject({ audiences: [AUDIENCE], expires_in: 300 })
    } finally {
      await other.close()
    }
  })

  it('takes stars in a name as they are, where they are no pattern', async () => {
    const { body } = await fill('github', { ...REPOSITORY, environment: 'a*:b:c' }).expect(200)
    expect(body.subject).toBe('repo:acme*/web*:environment:a\\*%3Ab%3Ac')
  })

  it.each<[string, Record<string, string>, string]>([
    ['a parameter is misspelt', { ...filled, repositry_id: '1' }, 'did you mean repository_id?'],
    [
      'one is missing',
      { repo: 'acme/web', branch: 'main' },
      'repository_id is missing: Its number, which no other gets: gh api repos/OWNER/NAME --jq .id; or, of a public one, id at https://api.github.com/repos/OWNER/NAME',
    ],
    ['one is empty', { ...filled, repository_id: '' }, 'repository_id is missing'],
    ['one has another form', { ...filled, repo: 'web' }, "repo 'web' must be owner/name"],
    ['one has a line break', { ...filled, branch: 'a\nb' }, 'has a control character'],
    ['none of those is given', REPOSITORY, 'Give one of environment, branch, tag, and no more'],
    ['two of those are given', { ...filled, tag: 'v1' }, 'Give one of environment, branch, tag'],
    ['a pattern has too many stars', { ...filled, branch: '*/*/*' }, 'has more than 4 stars'],
    ['the audience stands for all', { ...filled, audience: '*' }, 'stands for no other'],
    ['the issuer is no address', { ...filled, issuer: 'github' }, 'Issuer must be a URL'],
  ])('is refused, with what is wrong: %s', async (_, values, words) => {
    const { status, body } = await fill('github', values)
    expect([status, body.error_type]).toEqual([400, 'invalid_request'])
    expect(body.detail).toContain(words)
  })

  // What is asked for by one parameter must not spoil the entry in a way that only storing it would show.
  it.each(
    Object.values(TEMPLATE_CASES).flatMap(({ template, values }) =>
      Object.keys(values).map((name): [string, string, Record<string, string>] => [
        template,
        name,
        { ...values, audience: AUDIENCE },
      ]),
    ),
  )('is refused, or stored as it is, whatever %s has as %s', async (template, name, values) => {
    await alice.put(`${ROBOTS}/odd`)
    for (const value of ODD) {
      const { status, body } = await fill(template, { ...values, [name]: value })
      expect([200, 400], value).toContain(status)
      if (status === 400) expect(body.error_type).toBe('invalid_request')
      else expect((await alice.post(`${ROBOTS}/odd/federation`, [body])).body).toEqual([body])
    }
  })

  it.each(
    Object.entries({
      events: ['github', { ...filled }],
      sources: ['gitlab', { project: 'acme/web', project_id: '20', branch: 'main' }],
      phases: ['terraform', { organization: 'a', workspace: 'b', workspace_id: 'ws-1' }],
    } as Record<string, [string, Record<string, string>]>),
  )(
    'takes names with commas between them for %s, and no others',
    async (name, [template, values]) => {
      const one = await fill(template, { ...values, [name]: 'push' }).expect(200)
      expect(Object.values(one.body.claims)).toContain('push')
      const two = await fill(template, { ...values, [name]: 'push, release' }).expect(200)
      expect(Object.values(two.body.claims)).toContainEqual(['push', 'release'])
      for (const value of [',', 'push,', 'push,,', '*', 'pu*', Array(51).fill('push').join()]) {
        const { body } = await fill(template, { ...values, [name]: value }).expect(400)
        expect(body.detail).toContain(`${name} '`)
        expect(body.detail).toContain('must be at most 50 names')
      }
    },
  )

  it('has a name that is known', async () => {
    const { status, body } = await fill('gihub', {})
    expect(status).toBe(404)
    const words = "There is no template 'gihub': did you mean github?"
    expect(body).toEqual(shapeA(stage.url, 404, 'not_found', words))
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bearer, type Client, invalidRequest } from '../helpers/api.ts'
import { LOOPBACK, storeEntry } from '../helpers/federation.ts'
import { send } from '../helpers/raw-http.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What is posted as federation configuration is stored as it is meant, or refused with the reason.

const PATHS = ['/api/v1/user/robots/bot', '/api/v1/organization/acme/robots/bot']
const KNOWN =
  'known: issuer, issuer_ref, subject, subject_match, audiences, claims, max_token_age, single_use, expires_in, registry_scopes, api_scopes, description'

let stage: Stage
let token: string
let alice: Client
let before: Awaited<ReturnType<typeof snapshot>>

beforeAll(async () => {
  stage = await startStage({ config: LOOPBACK })
  await stage.people('alice')
  await stage.organization('acme')
  token = await stage.token('alice', ['user:admin', 'org:admin'])
  alice = stage.api.as(token)
  for (const path of PATHS) await alice.put(path)
})

beforeEach(async () => {
  before = await snapshot(stage.db)
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({
  issuer: 'https://ci.example',
  subject: 'build',
  ...fields,
})

async function refused(list: object, detail: unknown) {
  for (const path of PATHS) {
    const { status, body } = await alice.post(`${path}/federation`, list)
    expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
  }
  expect(await snapshot(stage.db)).toEqual(before)
}

describe('a key that is not known', () => {
  it.each([
    ['audience', 'did you mean audiences?'],
    ['audences', 'did you mean audiences?'],
    ['Audiences', 'did you mean audiences?'],
    ['AUDIENCES', 'did you mean audiences?'],
    ['audiences ', 'did you mean audiences?'],
    ['subjects', 'did you mean subject?'],
    ['isuer', 'did you mean issuer?'],
    ['aud', KNOWN],
    ['claim', 'did you mean claims?'],
    ['expire_in', 'did you mean expires_in?'],
    ['subjectMatch', 'did you mean subject_match?'],
    ['toString', KNOWN],
    ['hasOwnProperty', KNOWN],
    ['', KNOWN],
    ['isexpanded', KNOWN],
    ['ID', KNOWN],
  ])('is refused by name: %j', async (key, hint) => {
    const detail = `body/0 unknown key '${key}': ${hint}`
    for (const value of ['A', ['A'], null, { a: 1 }])
      await refused([entry({ [key]: value })], detail)
  })

  it('is refused in whichever entry it is, together with others', async () => {
    const list = [entry(), entry({ subject: 'other', aud: 'A', audiense: 'B' })]
    await refused(
      list,
      `body/1 unknown key 'aud': ${KNOWN}, unknown key 'audiense': did you mean audiences?`,
    )
  })

  it('is refused in an answer of bounded length', async () => {
    const keys = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`key${n}`, n]))
    const { body } = await alice.post(`${PATHS[0]}/federation`, [entry(keys)]).expect(400)
    expect(body.detail.length).toBeLessThan(500)
  })

  it.each(['__proto__', 'constructor'])('is refused also as %s', async (key) => {
    const value = key === 'constructor' ? '{"prototype":{}}' : '["A"]'
    const list = JSON.stringify([entry({ KEY: 0 })]).replace('"KEY":0', `"${key}":${value}`)
    for (const path of PATHS) {
      const answer = await send(stage.url, {
        method: 'POST',
        path: `${path}/federation`,
        headers: { ...bearer(token), 'content-type': 'application/json' },
        body: list,
      })
      expect([answer.status, answer.body]).toEqual([
        400,
        invalidRequest(stage.url, expect.stringContaining(key)),
      ])
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('is dropped where clients are known to send it', async () => {
    const sent = entry({
      isExpanded: false,
      id: '1',
      version: { any: ['thing'] },
      audiences: ['A'],
    })
    for (const path of PATHS) {
      const { body } = await alice.post(`${path}/federation`, [sent])
      expect(body).toEqual([entry({ audiences: ['A'] })])
      expect((await alice.get(`${path}/federation`)).body).toEqual(body)
      await alice.delete(`${path}/federation`).expect(204)
    }
  })
})

it.each([
  [[[entry()]]],
  [[['https://ci.example', 'build']]],
  [[entry({ issuer: { url: 'https://ci.example' } })]],
  [[entry({ subject: ['build'] })]],
  [[entry({ audiences: [['A']] })]],
  [[entry({ audiences: [{ value: 'A', extra: 1 }] })]],
  [{ federation: [entry()] }],
])('an entry of another form is refused: %j', async (list) => {
  await refused(list, expect.stringContaining('Invalid input'))
})

describe('an entry that can never admit a token is refused with the reason', () => {
  const FORM = 'is not of the form https://host[:port][/path]'
  const BLANK = 'has a blank or a control character'

  it.each([
    ['http://', FORM],
    ['https://', FORM],
    ['https:///path', FORM],
    ['https://:8443', FORM],
    ['https://a.example:70000', FORM],
    ['https://*.example', FORM],
    ['https://a.example\\b', FORM],
    ['https:// a.example', BLANK],
    ['https://a.example ', BLANK],
    ['https://a.example\t', BLANK],
    ['https://a.example/b c', BLANK],
    ['https://a.example\n', BLANK],
    ['https://a.example\u00a0', BLANK],
    ['https://a.example\u0007', BLANK],
    ['https://ä.example', 'has a host name beyond ASCII: write it as DNS has it, xn--…'],
    ['https://%31%32%37.0.0.1', 'has a host that stands for another: write 127.0.0.1'],
    ['https://a.example?', 'has a query'],
    ['https://a.example/b?c=d', 'has a query'],
    ['https://a.example#', 'has a fragment'],
    ['https://a.example/b#c', 'has a fragment'],
    ['https://user@a.example', 'has user info, which ends with @'],
    ['https://user:password@a.example/b', 'has user info, which ends with @'],
    [
      'https://a.example/b/.well-known/openid-configuration',
      'is the address of a discovery document; the issuer is https://a.example/b',
    ],
    [
      'https://a.example/.well-known/openid-configuration/',
      'is the address of a discovery document; the issuer is https://a.example',
    ],
  ])('for its issuer: %j', async (issuer, problem) => {
    await refused([entry(), entry({ issuer })], `Issuer '${issuer}' ${problem}`)
  })

  it.each([
    ['build\n', 'has a control character'],
    ['a\nb', 'has a control character'],
    ['a\rb', 'has a control character'],
    ['\ta', 'has a control character'],
    ['a\u0085', 'has a control character'],
    ['a\u2028b', 'has a control character'],
    ['a\u007f', 'has a control character'],
    [' build', 'begins or ends with a blank'],
    ['build ', 'begins or ends with a blank'],
    ['\u00a0build', 'begins or ends with a blank'],
    [' ', 'begins or ends with a blank'],
  ])('for its subject, or an audience: %j', async (text, problem) => {
    await refused([entry({ subject: text })], `Subject '${text}' ${problem}`)
    await refused([entry({ audiences: ['A', text] })], `Audience '${text}' ${problem}`)
  })

  it.each([[['*']], [['A', '*']]])('for its audiences: %j', async (audiences) => {
    const problem = 'stands for no other: name them, or leave audiences out for any'
    await refused([entry({ audiences })], `Audience '*' ${problem}`)
  })

  it('without quoting all of a long text', async () => {
    const issuer = `https://a.example/${'x'.repeat(2000)}?`
    await refused([entry({ issuer })], `Issuer '${issuer.slice(0, 100)}…' has a query`)
  })

  it('before it is told that there is no such robot', async () => {
    const missing = PATHS.map((path) => path.replace('/bot', '/missing'))
    for (const path of missing) {
      await alice.post(`${path}/federation`, [entry({ issuer: 'https://a?' })]).expect(400)
      await alice.post(`${path}/federation`, [entry()]).expect(404)
    }
  })
})

it.each([
  { issuer: 'https://a.example/' },
  { issuer: 'https://a.example:8443/realms/a%20b' },
  { issuer: 'https://a.example/tenant@directory/*' },
  { issuer: 'https://a.example/ä' },
  { issuer: 'https://a.example/.well-known/openid-configuration/b' },
  // Whether it may be asked in plain text is for the operator to say, who may say so later.
  { issuer: 'http://a.example' },
  { issuer: 'http://127.0.0.1:9000' },
  { subject: 'organization:acme:project:Default Project:workspace:prod' },
  { subject: 'repo:acme/*', subject_match: 'glob' },
  { subject: 'größe:⚓' },
  { audiences: ['**', 'https://*.example', 'a b'] },
])('an entry may have %j', async (fields) => {
  for (const path of PATHS) {
    const { body } = await alice.post(`${path}/federation`, [entry(fields)])
    expect(body).toEqual([entry(fields)])
    await alice.delete(`${path}/federation`).expect(204)
  }
})

it('of before these rules stays, and may be posted again, but no other like it', async () => {
  const old = { issuer: 'https://a.example?', subject: 'a\n', audiences: ['*'] }
  for (const [index, path] of PATHS.entries()) {
    const id = await storeEntry(stage.db, `${['alice', 'acme'][index]}+bot`, old)
    const { body } = await alice.get(`${path}/federation`).expect(200)
    expect(body).toEqual([old])
    const answer = await alice.post(`${path}/federation`, [entry(), ...body])
    expect(answer.body).toEqual([entry(), old])
    expect(await stage.db.federationEntry.findFirst({ where: { id } })).toMatchObject(old)
    for (const changed of [{ subject: 'b\n' }, { audiences: ['*', 'A'] }]) {
      await alice.post(`${path}/federation`, [{ ...old, ...changed }]).expect(400)
    }
    await alice.delete(`${path}/federation`).expect(204)
  }
})

it('of several that are set at once stays whole', async () => {
  const path = `${PATHS[1]}/federation`
  const lists = Array.from({ length: 6 }, (_, n) =>
    ['build', 'test'].map((job) => entry({ subject: `${job}${n}` })),
  )
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(lists.map((list) => alice.post(path, list)))
    expect(answers.map(({ status }) => status)).toEqual(lists.map(() => 201))
    expect(lists).toContainEqual((await alice.get(path)).body)
  }
})

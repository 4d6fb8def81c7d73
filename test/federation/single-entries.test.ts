import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest, shapeA } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK, storeEntry } from '../helpers/federation.ts'
import type { Issuer } from '../helpers/issuer.ts'
import { countQueries } from '../helpers/queries.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { startStage } from '../helpers/stage.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// Entries one by one: what the list as a whole has, and what keeps two administrators from overwriting each other.

const ROBOTS = {
  '/api/v1/user/robots/ci': 'alice+ci',
  '/api/v1/organization/acme/robots/ci': 'acme+ci',
}
const PATHS = Object.keys(ROBOTS)
const PATH = '/api/v1/user/robots/ci/federation'
const UNKNOWN = '00000000-0000-4000-8000-000000000000'

let stage: FederationStage
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  for (const path of PATHS) await alice.put(path)
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({ issuer: issuer.issuer, subject: 'build', ...fields })

/** What is stored of an answer. */
const bare = ({ warnings: _, ...stored }: Record<string, unknown>) => stored

/** Adds an entry. @returns its address, and it with its tag */
async function add(fields: object = {}, path = PATH) {
  const { body, headers } = await alice.post(`${path}/entries`, entry(fields)).expect(201)
  return { url: `${path}/entries/${body.id}`, stored: body, tag: headers.etag as string }
}

const changedSince = () =>
  shapeA(stage.url, 412, 'precondition_failed', expect.stringContaining('get it again'))

describe.each(PATHS)('single entries of %s', (robot) => {
  const path = `${robot}/federation`

  it('are added behind the others, shown, changed and deleted, with id and version', async () => {
    const first = await alice.post(`${path}/entries`, entry()).expect(201)
    expect(bare(first.body)).toEqual({ ...entry(), id: expect.any(String), version: 1 })
    const { pathname } = new URL(`${first.headers.location}`, `${stage.url}${path}/entries`)
    expect(pathname).toBe(`${path}/entries/${first.body.id}`)
    const second = await add({ subject: 'deploy' }, path)

    const list = await alice.get(`${path}/entries`).expect(200)
    expect(list.body).toEqual({ entries: [first.body, second.stored] })
    const shown = await alice.get(second.url).expect(200)
    expect([shown.body, shown.headers.etag]).toEqual([second.stored, second.tag])

    const changed = await alice.patch(pathname, { description: 'of the web team' }).expect(200)
    expect(changed.body).toEqual({ ...first.body, version: 2, description: 'of the web team' })
    expect(changed.headers.etag).not.toBe(first.headers.etag)
    expect((await alice.get(pathname)).headers.etag).toBe(changed.headers.etag)
    expect((await alice.get(`${path}?details=true`)).body).toEqual([
      bare(changed.body),
      bare(second.stored),
    ])

    await alice.delete(pathname).expect(204)
    expect((await alice.get(path)).body).toEqual([entry({ subject: 'deploy' })])
    expect((await alice.get(`${path}/entries`)).headers.etag).not.toBe(list.headers.etag)
  })

  it('that are not there are 404, whatever is sent', async () => {
    const other = await add({}, `${PATHS.find((one) => one !== robot)}/federation`)
    const ids = [other.stored.id, UNKNOWN, 'first', '%00']
    for (const id of ids) {
      const url = `${path}/entries/${id}`
      for (const answer of [
        await alice.get(url),
        await alice.patch(url, { description: 'x' }).set('if-match', '*'),
        await alice.delete(url).set('if-match', other.tag),
      ]) {
        expect([answer.status, answer.body]).toEqual([404, apiError(stage.url, 'not_found')])
      }
    }
    for (const call of [
      alice.get(`${robot}s/federation/entries`),
      alice.post(`${robot}s/federation/entries`, entry()),
      alice.patch(`${robot}s/federation/entries/${UNKNOWN}`, {}),
      alice.delete(`${robot}s/federation/entries/${UNKNOWN}`),
    ]) {
      await call.expect(404)
    }
  })

  it('are tried with dry_run: the answer is what would be saved, or refused, and nothing is stored', async () => {
    const { url, tag } = await add({ description: 'first' }, path)
    const before = await snapshot(stage.db)
    const tried = await alice.post(`${path}/entries?dry_run=true`, entry({ subject: 'deploy' }))
    expect([tried.status, tried.headers.location, tried.headers.etag]).toEqual([
      201,
      undefined,
      undefined,
    ])
    expect(tried.body).toMatchObject({ subject: 'deploy', version: 1 })
    const codes = tried.body.warnings.map(({ code }: { code: string }) => code)
    expect(codes).toEqual(['no_audience', 'plain_http'])
    const changed = await alice.patch(`${url}?dry_run=true`, { description: null }).expect(200)
    expect(changed.body).not.toHaveProperty('description')
    await alice.post(`${path}/entries?dry_run=true`, entry({ subject: '*' })).expect(400)
    await alice.post(`${path}/entries?dry_run=yes`, entry({ subject: 'deploy' })).expect(400)
    await alice.patch(`${url}?dry_run=true`, {}).set('if-match', '"other"').expect(412)
    expect(await snapshot(stage.db)).toEqual(before)
    expect((await alice.get(url)).headers.etag).toBe(tag)
  })

  it('are judged as the list is', async () => {
    const { url } = await add({ claims: { repository_id: '1' } }, path)
    const before = await snapshot(stage.db)
    for (const [fields, detail] of [
      [{ aud: 'x' }, expect.stringContaining("unknown key 'aud': known: issuer")],
      [{ subject: 'a\n' }, "Subject 'a\n' has a control character"],
      [{ subject: '**', subject_match: 'glob', claims: null }, /stands for everybody/],
      [
        {
          subject: '**',
          subject_match: 'glob',
          claims: { repository_id: null, iss: 'https://ci.example' },
        },
        /stands for everybody/,
      ],
      [{ issuer: 'https://a.example?' }, "Issuer 'https://a.example?' has a query"],
      [{ issuer: 'ftp://a.example' }, 'Issuer must be a URL (http:// or https://)'],
      [{ issuer: 'http://10.0.0.1' }, /may not be contacted/],
      [{ expires_in: 100_000 }, /^expires_in must be at most 3600/],
      [{ audiences: [] }, /Too small/],
      [{ subject: null }, /expected string, received null/],
      [{ claims: { repository_id: null } }, 'body/claims must name a claim'],
      [{ claims: { x: { glob: '*****' } } }, "Claim 'x' has a pattern that has more than 4 stars"],
    ] as const) {
      const expected = detail instanceof RegExp ? expect.stringMatching(detail) : detail
      const { status, body } = await alice.patch(url, fields)
      expect([status, body]).toEqual([400, invalidRequest(stage.url, expected)])
      const isWithout = Object.values(fields).some((value) =>
        JSON.stringify(value).includes('null'),
      )
      if (!isWithout) await alice.post(`${path}/entries`, entry(fields)).expect(400)
    }
    const { body } = await alice.post(`${path}/entries`, entry({ claims: { repository_id: '1' } }))
    expect(body.detail).toBe('Duplicate federation config entry')
    expect(await snapshot(stage.db)).toEqual(before)
  })
})

describe('a patch', () => {
  const CLAIMS = { repository_id: '1', event_name: ['push'] }

  it.each([
    ['adds what is not there', { max_token_age: 60 }, { claims: CLAIMS, max_token_age: 60 }],
    ['takes away what is null', { claims: null }, {}],
    ['takes one claim away', { claims: { event_name: null } }, { claims: { repository_id: '1' } }],
    [
      'replaces a list as a whole',
      { claims: { event_name: ['release'] } },
      { claims: { ...CLAIMS, event_name: ['release'] } },
    ],
    ['replaces the subject', { subject: 'deploy' }, { subject: 'deploy', claims: CLAIMS }],
    [
      'takes what was shown, with changes',
      { id: UNKNOWN, version: 7, subject: 'deploy' },
      { subject: 'deploy', claims: CLAIMS },
    ],
  ])('%s', async (_, patch, after) => {
    const { url, stored } = await add({ claims: CLAIMS })
    const { body } = await alice
      .patch(url, patch)
      .set('content-type', 'application/merge-patch+json')
      .expect(200)
    expect(bare(body)).toEqual({ ...entry(after), id: stored.id, version: 2 })
    expect((await alice.get(url)).body).toEqual(body)
  })

  it('that changes nothing leaves version, tokens and log as they are', async () => {
    const { url, stored, tag } = await add({ claims: { a: 'x', b: 'y' } })
    const before = await snapshot(stage.db)
    for (const patch of [{}, { subject: 'build' }, { claims: { b: 'y', a: 'x' } }, stored]) {
      const { body, headers } = await alice.patch(url, patch).expect(200)
      expect([body, headers.etag]).toEqual([stored, tag])
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('of an entry from before the rules is judged by them', async () => {
    const id = await storeEntry(stage.db, 'alice+ci', { ...entry(), audiences: ['*'] })
    await alice.patch(`${PATH}/entries/${id}`, { description: 'x' }).expect(400)
    await alice.post(`${PATH}/entries`, entry({ subject: 'other' })).expect(201)
    await alice.patch(`${PATH}/entries/${id}`, { audiences: ['a'] }).expect(200)
  })
})

describe('If-Match', () => {
  it.each(['patch', 'delete'] as const)(
    'lets a %s through that means what is there',
    async (method) => {
      for (const matching of [
        (tag: string) => tag,
        () => '*',
        (tag: string) => `"other", W/"weak" ,${tag}`,
        (tag: string) => `"with,comma",,${tag},`,
      ]) {
        const { url, tag } = await add({ description: 'before' })
        const call =
          method === 'patch' ? alice.patch(url, { description: 'now' }) : alice.delete(url)
        const { status } = await call.set('if-match', matching(tag))
        expect(status).toBe(method === 'patch' ? 200 : 204)
        await alice.delete(PATH)
      }
    },
  )

  it('refuses what means something else, and says what to do', async () => {
    const { url, tag } = await add()
    await alice.patch(url, { description: 'of another administrator' }).expect(200)
    const before = await snapshot(stage.db)
    for (const stale of [tag, `W/${(await alice.get(url)).headers.etag}`, '""', '"a", "b"']) {
      for (const call of [
        alice.patch(url, { description: 'x' }),
        alice.patch(url, { description: 'of another administrator' }),
        alice.delete(url),
      ]) {
        const { status, body } = await call.set('if-match', stale)
        expect([status, body]).toEqual([412, changedSince()])
      }
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each(['', 'x', '1', '"a', '*, "a"', `${','.repeat(5000)}x`])(
    'of another form is refused: %j',
    async (header) => {
      const { url } = await add()
      const { status, body } = await alice.delete(url).set('if-match', header)
      const detail = 'If-Match must be * or a list of ETags as they were sent, in double quotes'
      expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
    },
  )

  it('of the list keeps an entry from being added to another list', async () => {
    const { etag } = (await alice.get(`${PATH}/entries`)).headers as { etag: string }
    const post = (subject: string) =>
      alice.post(`${PATH}/entries`, entry({ subject })).set('if-match', etag)
    await post('first').expect(201)
    const { status, body } = await post('second')
    expect([status, body]).toEqual([412, changedSince()])
  })

  it('lets one of two changes through that were made of the same version', async () => {
    const { url, tag } = await add()
    for (let round = 0, current = tag; round < 5; round++) {
      const answers = await Promise.all(
        ['one', 'other'].map((name) =>
          alice.patch(url, { description: `${name} ${round}` }).set('if-match', current),
        ),
      )
      const won = answers.filter(({ status }) => status === 200)
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
      expect((await alice.get(url)).body).toEqual(won[0]?.body)
      current = won[0]?.headers.etag as string
    }
  })
})

it('without If-Match both of two changes are made, of different keys', async () => {
  const { url } = await add()
  await Promise.all([
    alice.patch(url, { description: 'x' }).expect(200),
    alice.patch(url, { max_token_age: 60 }).expect(200),
  ])
  expect((await alice.get(url)).body).toMatchObject({
    description: 'x',
    max_token_age: 60,
    version: 3,
  })
})

it('robot tokens of an entry end with its change and its deletion, those of others go on', async () => {
  const { url } = await add()
  await add({ subject: 'deploy' })
  async function tokenOf(sub: string) {
    const { body } = await exchangeOf(stage.url).basic('alice+ci', await issuer.mint({ sub }))
    return async () => (await stage.api.login('alice+ci', body.token)).status
  }
  const [build, deploy] = [await tokenOf('build'), await tokenOf('deploy')]
  await alice.patch(url, { description: 'changed' }).expect(200)
  expect([await build(), await deploy()]).toEqual([401, 200])
  const again = await tokenOf('build')
  expect(await again()).toBe(200)
  await alice.delete(url).expect(204)
  expect([await again(), await deploy()]).toEqual([401, 200])
})

it('what a change leaves stands in the log, with the entry that it was about', async () => {
  await stage.clearLog()
  const { url, stored } = await add()
  await alice.patch(url, { description: 'x' })
  await alice.delete(url)
  const configs = [[entry()], [entry({ description: 'x' })], []]
  expect(await auditEntries(stage.db)).toMatchObject(
    configs.map((config) => ({
      kind: 'create_robot_federation',
      metadata: { config, robot: 'ci', entry: stored.id },
    })),
  )
})

describe('a robot', () => {
  const many = (count: number, fields: object = {}) =>
    Array.from({ length: count }, (_, index) => entry({ subject: `build${index}`, ...fields }))

  it('has 200 entries at most', async () => {
    await alice.post(PATH, many(199)).expect(200)
    await add({ subject: 'last' })
    const { status, body } = await alice.post(`${PATH}/entries`, entry({ subject: 'more' }))
    const message = 'Limit reached: a robot can have 200 federation entries'
    expect([status, body]).toEqual([400, { message }])
  })

  it('has entries of a mebibyte at most', async () => {
    const claims = { groups: Array.from({ length: 50 }, (_, n) => `${n}`.padEnd(2000, 'x')) }
    await alice.post(PATH, many(10, { claims })).expect(200)
    const { status, body } = await alice.post(`${PATH}/entries`, entry({ claims }))
    const message = "Limit reached: a robot's federation entries can have 1048576 bytes"
    expect([status, body]).toEqual([400, { message }])
  })

  it('asks the database as often with many entries as with one', async () => {
    const counts = []
    for (const count of [1, 100]) {
      const entries = (await alice.post(`${PATH}?details=true`, many(count))).body
      const url = `${PATH}/entries/${entries[count - 1].id}`
      counts.push([
        await countQueries(() => alice.get(`${PATH}/entries`).expect(200)),
        await countQueries(() => alice.get(url).expect(200)),
        await countQueries(() => alice.post(`${PATH}/entries`, entry()).expect(201)),
        await countQueries(() => alice.patch(url, { max_token_age: 5 }).expect(200)),
        await countQueries(() => alice.delete(url).expect(204)),
      ])
    }
    expect(counts[1]).toEqual(counts[0])
  })
})

it('that is the same as another, but for the id that comes with it, is refused in the list too', async () => {
  const { stored } = await add()
  const { body } = await alice.post(PATH, [bare(stored), entry()]).expect(400)
  expect(body.detail).toBe('Duplicate federation config entry')
})

it.each(['default', 'required'] as const)('the policy of audiences is kept: %s', async (policy) => {
  const { config, database } = stage
  const audience = 'https://robots.example.com'
  const strict = await startStage({
    database,
    config: {
      ...LOOPBACK,
      policy: { ...config.policy, federationAudiences: policy, audience },
    },
  })
  const id = await storeEntry(stage.db, 'alice+ci', entry())
  const client = await strict.client('alice', 'user:admin')
  const add = await client.post(`${PATH}/entries`, entry({ subject: 'new' }))
  const change = await client.patch(`${PATH}/entries/${id}`, { description: 'x' })
  const none = await client.patch(`${PATH}/entries/${id}`, {}).expect(200)
  if (policy === 'default') {
    expect([add.status, add.body.audiences]).toEqual([201, [audience]])
    expect([change.status, change.body.audiences]).toEqual([200, [audience]])
  } else {
    expect([add.status, change.status, none.body.audiences]).toEqual([400, 400, undefined])
  }
  await strict.close()
})

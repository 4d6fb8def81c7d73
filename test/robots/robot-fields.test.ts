import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const CREATED = 'Mon, 23 Nov 2026 13:56:36 -0000'
const TOKEN = expect.stringMatching(/^[A-Z0-9]{64}$/)

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: createClock().clock } })
  await stage.people('alice', 'member')
  await stage.organization('acme')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['member'] })
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

afterAll(() => stage.close())

describe.each([
  ['user', '/api/v1/user/robots', 'alice', 200],
  ['organization', '/api/v1/organization/acme/robots', 'acme', 201],
])('a robot of a(n) %s', (_, path, owner, created) => {
  it('comes with its token and null for metadata when created without a body', async () => {
    const { status, body, text } = await alice.put(`${path}/plain`)

    expect(status).toBe(created)
    expect(body).toEqual({
      name: `${owner}+plain`,
      created: CREATED,
      last_accessed: null,
      description: '',
      token: TOKEN,
      unstructured_metadata: null,
    })
    expect(Object.keys(JSON.parse(text))).toEqual([
      'name',
      'created',
      'last_accessed',
      'description',
      'token',
      'unstructured_metadata',
    ])
  })

  it('shows {} for metadata that was never given, and the same token as on creation', async () => {
    const creation = await alice.put(`${path}/read`)
    const { status, body } = await alice.get(`${path}/read`)

    expect([status, body]).toEqual([200, { ...creation.body, unstructured_metadata: {} }])
  })

  it('shows the description and the metadata that it was given', async () => {
    const given = {
      description: 'rolls out – größer ☃ 🤖',
      unstructured_metadata: { env: 'prod', nested: { list: [1, 'two', null, true, {}] }, '': 0 },
    }
    const creation = await alice.put(`${path}/given`, given)
    const { body } = await alice.get(`${path}/given`)

    expect(creation.body).toMatchObject(given)
    expect(body).toEqual(creation.body)
  })

  it('is 64 KiB of JSON at most', async () => {
    const metadata = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) })
    const put = (bytes: number) =>
      alice.put(`${path}/long${bytes}`, { unstructured_metadata: metadata(bytes) })
    expect((await put(65_536)).status).toBeLessThan(300)
    const { status, text } = await put(65_537)
    expect(status).toBe(400)
    expect(text).toContain('unstructured_metadata')
    expect(text).toContain('must have at most 65536 bytes as JSON')
    const wide = { unstructured_metadata: { text: 'ü'.repeat(32_763) } }
    expect((await alice.put(`${path}/wide`, wide)).status).toBe(400)
  })

  it('has empty metadata when given so', async () => {
    const creation = await alice.put(`${path}/empty`, { unstructured_metadata: {} })

    expect(creation.body).toMatchObject({ description: '', unstructured_metadata: {} })
  })

  it('is created from a body without known keys, and from JSON null', async () => {
    const unknown = await alice.put(`${path}/unknown-keys`, { token: 'mine', name: 'x' })
    const nothing = await alice
      .put(`${path}/null-body`)
      .set('content-type', 'application/json')
      .send('null')

    expect([unknown.status, nothing.status]).toEqual([created, created])
    expect(unknown.body).toMatchObject({ name: `${owner}+unknown-keys`, token: TOKEN })
    expect(nothing.body).toMatchObject({ description: '', unstructured_metadata: null })
  })

  it('has neither metadata nor teams in the answer to regenerate', async () => {
    await alice.put(`${path}/renewed`, { unstructured_metadata: { a: 1 }, description: 'kept' })
    const { status, body } = await alice.post(`${path}/renewed/regenerate`)

    expect([status, body]).toEqual([
      201,
      {
        name: `${owner}+renewed`,
        created: CREATED,
        last_accessed: null,
        description: 'kept',
        token: TOKEN,
      },
    ])
  })

  it('shows no metadata in lists, and teams and repositories only where asked for', async () => {
    const fields = ['name', 'created', 'last_accessed', 'description', 'token']
    const plain = await alice.get(path)
    const bare = await alice.get(`${path}?token=false`)
    const full = await alice.get(`${path}?permissions=true`)

    expect(Object.keys(plain.body)).toEqual(['robots'])
    expect(Object.keys(plain.body.robots[0])).toEqual(fields)
    expect(Object.keys(bare.body.robots[0])).toEqual(fields.slice(0, -1))
    expect(Object.keys(full.body.robots[0])).toEqual([
      ...['name', 'created', 'last_accessed', 'teams', 'repositories', 'description', 'token'],
    ])
    expect(full.body.robots[0]).toMatchObject({ teams: [], repositories: [] })
  })

  it('takes a description of 255 characters, counted as code points, and not one more', async () => {
    const longest = '🤖'.repeat(255)
    const fits = await alice.put(`${path}/longest`, { description: longest })
    const exceeds = await alice.put(`${path}/too-long`, { description: `${longest}x` })

    expect([fits.status, fits.body.description]).toEqual([created, longest])
    expect([exceeds.status, exceeds.body]).toEqual([400, invalidRequest(stage.url)])
    expect((await alice.get(`${path}/too-long`)).status).toBe(404)
  })

  it('is not changed by a second creation', async () => {
    await alice.put(`${path}/twice`, { description: 'first' })
    const again = await alice.put(`${path}/twice`, { description: 'second' })

    expect([again.status, again.body]).toEqual([
      400,
      invalidRequest(stage.url, `Existing robot with name: ${owner}+twice`),
    ])
    expect((await alice.get(`${path}/twice`)).body.description).toBe('first')
  })

  it('answers deletion with 204 and no body, and is gone', async () => {
    await alice.put(`${path}/gone`)
    const { status, text } = await alice.delete(`${path}/gone`)

    expect([status, text]).toEqual([204, ''])
    expect((await alice.get(`${path}/gone`)).status).toBe(404)
    expect((await alice.delete(`${path}/gone`)).status).toBe(404)
  })
})

describe('somebody who may list the robots of an organization but not administer them', () => {
  it.each<[string, string, Scope[]]>([
    ['a member', 'member', ['user:admin', 'org:admin']],
    ['an administrator whose token holds repo:create alone', 'alice', ['repo:create']],
  ])(
    'sees neither token, teams nor repositories, whatever is asked: %s',
    async (_, user, scopes) => {
      const client = await stage.client(user, ...scopes)
      const path = '/api/v1/organization/acme/robots?token=true&permissions=true'
      const { status, body } = await client.get(path)

      expect(status).toBe(200)
      expect(body.robots.length).toBeGreaterThan(5)
      for (const robot of body.robots) {
        expect(Object.keys(robot)).toEqual(['name', 'created', 'last_accessed', 'description'])
      }
    },
  )
})

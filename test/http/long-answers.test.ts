import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { bearer, type Client } from '../helpers/api.ts'
import { eventually } from '../helpers/eventually.ts'
import { countQueries } from '../helpers/queries.ts'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Answers whose size the data decides.

const ROBOTS = 30_000
const REPOSITORIES = 5_300
const ACME = '/api/v1/organization/acme'

let stage: Stage
let token: string
let alice: Client

beforeAll(async () => {
  stage = await startStage({ timeouts: { silenceTimeoutMs: 2_000, workTimeoutMs: 1_500 } })
  const { db } = stage
  await stage.people('alice', 'bob', 'carol')
  await stage.organization('acme')
  token = await stage.token('alice', ['org:admin', 'repo:admin', 'user:admin'])
  alice = stage.api.as(token)
  for (const name of ['first', 'busy']) await alice.put(`${ACME}/robots/${name}`).expect(201)
  const acme = await namespaceId(db, 'acme')
  // As many at a time as the database may take for a statement on a busy machine.
  for (let from = 3; from <= ROBOTS; from += 5_000) {
    await db.$executeRaw(Prisma.sql`
      INSERT INTO robots (id, namespace_id, name, description, credential_id, token_key_id, token_sealed,
                          token_digest, created_at)
      SELECT gen_random_uuid(), namespace_id, 'robot' || lpad(n::text, 6, '0'), repeat('x', 255),
             gen_random_uuid(), token_key_id, token_sealed, token_digest, created_at
      FROM robots, generate_series(${from}::int, ${Math.min(from + 4_999, ROBOTS)}::int) AS n WHERE name = 'first'`)
  }
  await db.$executeRaw(Prisma.sql`
    INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
    SELECT gen_random_uuid(), ${acme}::uuid, 'r' || lpad(n::text, 6, '0'), 'private', now()
    FROM generate_series(1, ${REPOSITORIES}::int) n`)
  const busy = await db.robot.findFirstOrThrow({ where: { name: 'busy' } })
  const ids = { robot_id: busy.id, user_id: await namespaceId(db, 'bob') }
  await stage.team('acme', { name: 'devs', role: 'member', members: ['bob'] })
  for (const [column, id] of Object.entries(ids)) {
    await db.$executeRaw(Prisma.sql`
      INSERT INTO repository_permissions (id, repository_id, role, ${Prisma.raw(column)})
      SELECT gen_random_uuid(), p.id, 'write', ${id}::uuid FROM repositories p`)
  }
  await db.$executeRaw(Prisma.sql`
    INSERT INTO teams (id, organization_id, name, role, created_at)
    SELECT gen_random_uuid(), ${acme}::uuid, 't' || lpad(n::text, 4, '0'), 'member', now()
    FROM generate_series(1, 1203) n`)
  for (const [column, id] of Object.entries(ids)) {
    await db.$executeRaw(Prisma.sql`
      INSERT INTO team_members (id, team_id, ${Prisma.raw(column)})
      SELECT gen_random_uuid(), t.id, ${id}::uuid FROM teams t WHERE t.name LIKE 't0%'`)
  }
  // What bob has elsewhere is in none of these lists.
  await stage.organization('other')
  await stage.team('other', { name: 'a', role: 'member', members: ['bob'] })
  await stage.repository('other/a')
  await alice.put('/api/v1/repository/other/a/permissions/user/bob', { role: 'read' }).expect(200)
}, 120_000)
afterAll(() => stage.close())

const names = (count: number) =>
  Array.from({ length: count }, (_, n) => `r${String(n + 1).padStart(6, '0')}`)

describe('a long answer', () => {
  it('is the document that it would be in one piece', async () => {
    const { body: whole } = await alice
      .get(`${ACME}/robots?token=false&permissions=true`)
      .expect(200)
    const found: Record<string, unknown>[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query = `limit=1500&token=false&permissions=true${next && `&next_page=${next}`}`
      const { body } = await alice.get(`${ACME}/robots?${query}`)
      found.push(...body.robots)
      next = body.next_page
    }
    expect(Object.keys(whole)).toEqual(['robots'])
    expect(whole.robots).toHaveLength(ROBOTS)
    expect(whole.robots).toEqual(found)
  })

  it('holds all that one robot has', async () => {
    const { body } = await alice.get(`${ACME}/robots?permissions=true&limit=1`).expect(200)
    const [busy] = body.robots
    expect(Object.keys(busy)).toEqual([
      ...['name', 'created', 'last_accessed', 'teams', 'repositories', 'description', 'token'],
    ])
    expect(busy.name).toBe('acme+busy')
    expect(busy.repositories).toEqual(names(REPOSITORIES))
    const teams = busy.teams.map(({ name }: { name: string }) => name)
    expect(teams).toEqual([...teams].sort())
    expect(teams).toHaveLength(999)
    expect(busy.teams[0].avatar).toMatchObject({ name: 't0001', kind: 'team' })
  })

  it('holds all roles of one robot', async () => {
    const { body } = await alice.get(`${ACME}/robots/busy/permissions`).expect(200)
    expect(body.permissions).toEqual(
      names(REPOSITORIES).map((name) => ({
        repository: { name, is_public: false },
        role: 'write',
      })),
    )
  })

  it('holds all that one member has, and all teams', async () => {
    const { body: bob } = await alice.get(`${ACME}/members/bob`).expect(200)
    expect(bob.repositories).toEqual(names(REPOSITORIES))
    expect(bob.teams).toHaveLength(1000)
    const { body: list } = await alice.get(`${ACME}/members`).expect(200)
    expect(list.members.find(({ name }: { name: string }) => name === 'bob')).toEqual(bob)
    const { body: acme } = await alice.get(ACME).expect(200)
    expect(Object.keys(acme.teams)).toHaveLength(1205)
    expect(acme.ordered_teams).toEqual(Object.keys(acme.teams))
  })

  it('is not made for HEAD', async () => {
    const path = `${ACME}/robots?token=false`
    let headers: Headers | undefined
    const queries = await countQueries(async () => {
      const answer = await fetch(stage.url + path, { method: 'HEAD', headers: bearer(token) })
      expect([answer.status, await answer.text()]).toEqual([200, ''])
      headers = answer.headers
    })
    expect(queries).toBeLessThan(6)
    expect(headers?.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers?.get('content-length')).toBeNull()
  })

  it('is begun again by who asked for its head alone, many times', async () => {
    const path = `${ACME}/robots?token=false`
    for (let n = 0; n < 6; n++) {
      const { status } = await fetch(stage.url + path, { method: 'HEAD', headers: bearer(token) })
      expect(status).toBe(200)
    }
    expect((await alice.get(path).expect(200)).body.robots).toHaveLength(ROBOTS)
  })

  it('has its length where it is short, for HEAD too', async () => {
    const path = `${ACME}/robots?token=false&limit=2`
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => fetch(stage.url + path, { method, headers: bearer(token) })),
    )
    const length = get?.headers.get('content-length')
    expect(Number(length)).toBe((await get?.arrayBuffer())?.byteLength)
    expect(head?.headers.get('content-length')).toBe(length)
  })

  it('may be read for longer than a request may be at work', async () => {
    const answer = await fetch(`${stage.url}${ACME}/robots?token=false`, {
      headers: bearer(token),
    })
    const reader = answer.body?.getReader()
    let text = ''
    const decoder = new TextDecoder()
    const begin = Date.now()
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      text += decoder.decode(value, { stream: true })
      if (Date.now() - begin < 2_500) await new Promise((resume) => setTimeout(resume, 400))
    }
    expect(JSON.parse(text).robots).toHaveLength(ROBOTS)
  })
})

/** Sends a request and takes no more than the beginning of its answer. */
async function stall(path: string, as = token) {
  const socket = connect(Number(new URL(stage.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${as}\r\n\r\n`)
  await once(socket, 'readable')
  return socket
}

describe('a caller who', () => {
  it('takes nothing more makes nothing be read, and is hung up on', async () => {
    let socket: Awaited<ReturnType<typeof stall>> | undefined
    const queries = await countQueries(async () => {
      socket = await stall(`${ACME}/robots?permissions=true&token=false`)
      await new Promise((resume) => setTimeout(resume, 500))
    })
    // What the buffers of the sockets hold is read, but not all of it.
    expect(queries).toBeLessThan(ROBOTS / 100)
    let rest = ''
    socket?.setEncoding('latin1').on('data', (text) => {
      rest = (rest + text).slice(-100)
    })
    // Where it is reset, it is closed though nothing is read.
    const closed = new Promise((resolve) => socket?.on('close', resolve))
    socket?.pause()
    await new Promise((resume) => setTimeout(resume, 6_000)) // longer than twice the silence that is borne
    socket?.resume()
    await closed
    expect(rest).not.toMatch(/\]\}\r\n0\r\n\r\n$/)
  })

  it('hangs up ends the reading, and may begin again, many times', async () => {
    const path = `${ACME}/robots?token=false`
    for (let n = 0; n < 4; n++) {
      const socket = await stall(path)
      socket.destroy()
      await eventually(async () => {
        const later = await countQueries(() => new Promise((resume) => setTimeout(resume, 100)))
        expect(later).toBe(0)
      })
    }
    expect((await alice.get(path).expect(200)).body.robots).toHaveLength(ROBOTS)
  })
})

it('is sent to all applications of an organization together as often at a time as to one caller', async () => {
  const path = `${ACME}/robots?token=false`
  const tokens = await Promise.all(['one', 'two'].map(tokenOfApplication))
  const sockets = await Promise.all([...tokens, ...tokens].map((as) => stall(path, as)))
  for (const as of tokens) await stage.api.as(as).get(path).expect(503)
  expect((await alice.get(path).expect(200)).body.robots).toHaveLength(ROBOTS)
  for (const socket of sockets) socket.destroy()
})

async function tokenOfApplication(name: string): Promise<string> {
  const wanted = { name, scopes: ['org:admin'] }
  const { body: client } = await alice.post(`${ACME}/applications`, wanted).expect(200)
  const { body } = await stage.api
    .call('post', '/oauth/token')
    .auth(client.client_id, client.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200)
  return body.access_token
}

describe('a failure', () => {
  it('before the second slice is an error as any other; later the connection is cut', async () => {
    const { db } = stage
    const setDate = (name: string, date: string) =>
      db.$executeRawUnsafe(`UPDATE robots SET created_at = '${date}' WHERE name = '${name}'`)
    const list = () => fetch(`${stage.url}${ACME}/robots?token=false`, { headers: bearer(token) })
    await setDate('robot002500', 'infinity')
    // Each time: what failed keeps no place.
    for (let n = 0; n < 4; n++) {
      const cut = await list()
      expect(cut.status).toBe(200)
      await expect(cut.text()).rejects.toThrow()
    }
    await setDate('robot000700', 'infinity')
    expect((await list()).status).toBe(500)
    for (const name of ['robot000700', 'robot002500']) await setDate(name, '2026-11-23')
    expect(((await (await list()).json()) as { robots: unknown[] }).robots).toHaveLength(ROBOTS)
  })
})

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { apiError, bearer, shapeA } from '../helpers/api.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { send } from '../helpers/raw-http.ts'
import { setEnabled } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const MAX_BODIES = 100_000

let stage: Stage
/** The same with little room for bodies. */
let crowded: Stage
let alice: string
let bob: string
const sockets: Socket[] = []

beforeAll(async () => {
  stage = await startStage()
  crowded = await startStage({
    ...{ database: stage.database, timeouts: { bodyBytes: MAX_BODIES } },
    config: { metricsToken: METRICS_TOKEN },
  })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  await stage.repository('acme/web')
  alice = await stage.token('alice', ['user:admin', 'org:admin', 'repo:admin'])
  bob = await stage.token('bob', ['user:read'])
})

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  await crowded.close()
  await stage.close()
})

/** Sends the head of a request, and nothing of its body yet. */
function begin(head: string, token: string, of = stage) {
  const { hostname, port } = new URL(of.url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  const text = { all: '' }
  socket.on('data', (chunk) => {
    text.all += chunk
  })
  socket.on('error', () => {})
  socket.write(
    `${head} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`,
  )
  return {
    socket,
    write: (bytes: string) => socket.write(bytes),
    async answer() {
      while (!/\r\n\r\n[\s\S]*\}/.test(text.all)) await once(socket, 'data')
      const last = text.all.slice(text.all.lastIndexOf('HTTP/1.1 '))
      return {
        status: Number(last.slice(9, 12)),
        body: JSON.parse(last.split('\r\n\r\n')[1] ?? ''),
      }
    },
    text,
  }
}

/** What bob may not do, whatever the body would say. */
const FORBIDDEN: string[] = [
  'PUT /api/v1/user/robots/ci',
  'POST /api/v1/user/robots/ci/federation',
  'PUT /api/v1/organization/acme/robots/ci',
  'PUT /api/v1/organization/none/robots/ci',
  'POST /api/v1/organization/acme/robots/ci/federation',
  'POST /api/v1/organization/acme/robots/ci/regenerate',
  'DELETE /api/v1/organization/acme/robots/ci',
  'PUT /api/v1/organization/acme',
  'PUT /api/v1/organization/acme/team/devs',
  'POST /api/v1/organization/acme/prototypes',
  'POST /api/v1/organization/acme/applications',
  'PUT /api/v1/repository/acme/web',
  'PUT /api/v1/repository/acme/none',
  'POST /api/v1/repository/acme/web/changevisibility',
  'PUT /api/v1/repository/acme/web/permissions/user/bob',
  'POST /api/v1/superuser/users/',
  'PUT /api/v1/superuser/organizations/acme',
  // The namespace stands in the body, but not even an administrator may with this token.
  'POST /api/v1/repository',
]

const CLOSED = /\r\nconnection: close\r\n/i

describe('who has no right', () => {
  it.each(FORBIDDEN)('is refused before the body is there: %s', async (head) => {
    const request = begin(head, bob)
    request.write('Content-Length: 1000000\r\n\r\n')
    const { status, body } = await request.answer()
    expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    // What would still come is read by nobody.
    expect(request.text.all).toMatch(CLOSED)
  })

  it('is not asked for a body that waits to be asked for', async () => {
    const refused = begin('PUT /api/v1/organization/acme/robots/ci', bob)
    refused.write('Content-Length: 2\r\nExpect: 100-continue\r\n\r\n')
    expect((await refused.answer()).status).toBe(403)
    expect(refused.text.all).not.toContain('100 Continue')
    expect(refused.text.all).toMatch(CLOSED)

    const admitted = begin('PUT /api/v1/user/robots/asked', alice)
    admitted.write('Content-Length: 2\r\nExpect: 100-continue\r\n\r\n')
    await once(admitted.socket, 'data')
    expect(admitted.text.all).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    admitted.write('{}')
    expect((await admitted.answer()).status).toBe(200)
  })

  it('is refused, too, where the right went while the body was on its way', async () => {
    await stage.people('carol')
    await stage.organization('carols', 'carol')
    const carol = await stage.token('carol', ['org:admin'])
    const lost = begin('PUT /api/v1/organization/carols/robots/late', carol)
    lost.write('Content-Length: 2\r\n\r\n')
    const ended = begin('PUT /api/v1/organization/carols/robots/later', carol)
    ended.write('Content-Length: 2\r\n\r\n')
    await sleep(1_200)
    await stage.db.teamMember.deleteMany({ where: { user: { name: 'carol' } } })
    lost.write('{}')
    expect((await lost.answer()).status).toBe(403)
    await setEnabled(stage.db, 'carol', false)
    ended.write('{}')
    expect((await ended.answer()).status).toBe(401)
    expect(await stage.db.robot.count({ where: { name: { startsWith: 'late' } } })).toBe(0)
  })
})

describe('a body', () => {
  const LONG = [
    'PUT /api/v1/user/robots/ci',
    'POST /api/v1/user/robots/ci/federation',
    'PUT /api/v1/organization/acme/team/devs',
    'POST /api/v1/repository',
    'PUT /api/v1/repository/acme/web',
  ]
  const ITEM = [
    'PATCH /api/v1/user/robots/ci',
    'POST /api/v1/user/robots/ci/federation/entries',
    'PATCH /api/v1/user/robots/ci/federation/entries/1',
  ]
  const SHORT = [
    'POST /api/v1/organization/',
    'PUT /api/v1/organization/acme',
    'POST /api/v1/organization/acme/applications',
    'POST /api/v1/user/apptoken',
    'POST /api/v1/user/robots/ci/regenerate',
    'DELETE /api/v1/user/robots/ci',
    'POST /api/v1/repository/acme/web/changevisibility',
  ]
  const tooLarge = (limit: number) =>
    shapeA(stage.url, 413, 'request_too_large', `The body may have ${limit} bytes at most`)

  it.each([
    ...LONG.map((head) => [head, 1_048_576]),
    ...ITEM.map((head) => [head, 262_144]),
    ...SHORT.map((head) => [head, 65_536]),
  ])('has a limit by what is needed: %s, %i bytes', async (head, limit) => {
    for (const framing of [
      `Content-Length: ${Number(limit) + 1}\r\n\r\n`,
      `Transfer-Encoding: chunked\r\n\r\n200000\r\n${'x'.repeat(Number(limit) + 1)}`,
    ]) {
      const request = begin(head as string, alice)
      request.write(framing)
      const { status, body } = await request.answer()
      expect([status, body]).toEqual([413, tooLarge(Number(limit))])
    }
  })

  it('that is the oldest of too many on their way gives way to the others', async () => {
    // Those that are refused take none of the room, and leave no more than there was.
    for (let round = 0; round < 3; round++) {
      const refused = begin('PUT /api/v1/organization/acme', alice, crowded)
      refused.write(`Transfer-Encoding: chunked\r\n\r\n200000\r\n${'x'.repeat(130_000)}`)
      expect((await refused.answer()).status).toBe(413)
    }
    const head = 'PUT /api/v1/user/robots/large'
    const [oldest, other] = [begin(head, alice, crowded), begin(head, alice, crowded)]
    const piece = `{"description":"${'x'.repeat(40_000)}`
    for (const request of [oldest, other]) {
      request.write(`Content-Length: 900000\r\n\r\n${piece}`)
      await sleep(200)
    }
    const third = begin(head, alice, crowded)
    third.write(`Content-Length: 900000\r\n\r\n${piece}`)
    const { status, body } = await oldest.answer()
    const words = 'Too many bodies are on their way'
    expect([status, body]).toEqual([503, shapeA(crowded.url, 503, 'unavailable', words)])
    expect(oldest.text.all.toLowerCase()).toContain('retry-after: 1\r\n')
    const shed = (reason: string) =>
      countOf(crowded.url, `quay_robots_requests_shed_total{reason="${reason}"}`)
    expect([await shed('bodies'), await shed('in_flight')]).toEqual([1, 0])

    // What it held is free again, and small ones always find room.
    const small = { method: 'PUT', path: '/api/v1/user/robots/small', body: '{"description":"a"}' }
    const headers = { ...bearer(alice), 'content-type': 'application/json' }
    expect((await send(crowded.url, { ...small, headers })).status).toBe(200)
    expect([other.text.all, third.text.all]).toEqual(['', ''])
  })

  it('whose caller hangs up leaves its room to others', async () => {
    for (let round = 0; round < 5; round++) {
      const gone = begin('PUT /api/v1/user/robots/gone', alice, crowded)
      gone.write(`Content-Length: 900000\r\n\r\n{"description":"${'x'.repeat(60_000)}`)
      await sleep(100)
      gone.socket.destroy()
    }
    const last = begin('PUT /api/v1/user/robots/last', alice, crowded)
    last.write(`Content-Length: 62000\r\n\r\n{"description":"${'x'.repeat(60_000)}`)
    await sleep(200)
    expect(last.text.all).toBe('')
    last.write('x'.repeat(62_000 - 60_016 - 2))
    last.write('"}')
    expect((await last.answer()).status).toBe(400) // too long for a description
  })
})

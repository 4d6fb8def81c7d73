import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Writable } from 'node:stream'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CREDENTIAL_FORMATS } from '../../src/domain/credential-formats.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { WEBHOOK_EVENTS } from '../../src/domain/webhook-events.ts'
import { basic, bearer, type Client, shapeA } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { type RawRequest, send } from '../helpers/raw-http.ts'
import { snapshot } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { type OpenApi, operationsOf, readDocument, resolve } from '../openapi/document.ts'
import { type EveryObject, makeEveryObject } from '../openapi/every-object.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'
import { WITH_LOOPBACK } from '../webhooks/webhook-stage.ts'

// With `policy.secret_visibility: once` a secret of a robot stands in the answer that makes it, and nowhere else.

const ACME = '/api/v1/organization/acme/robots/deployer'
const OWN = '/api/v1/user/robots/deployer'
const BROUGHT = 'T7'.repeat(32)
const METRICS_TOKEN = 'token-of-prometheus'

const logged: string[] = []
const routes: { method: string; url: string }[] = []
let database: TestDatabase
let stage: Stage
let objects: EveryObject
let receiver: Receiver
let token: string
let root: Client
/** All secrets that were made. */
const secrets: string[] = []

/** Fastify announces an instance before anything is registered on it: no route escapes. */
const watch = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const name of [method].flat()) routes.push({ method: name, url })
  })
}

beforeAll(async () => {
  database = await createTestDatabase()
  // Secrets of before are shown no more, either.
  const before = await startStage({ database })
  objects = await makeEveryObject(before)
  await before.close()
  subscribe('fastify.initialization', watch)
  stage = await startStage({
    database,
    config: {
      ...WITH_LOOPBACK,
      policy: { ...POLICY, secretVisibility: 'once' },
      superusersFullAccess: true,
      metricsToken: METRICS_TOKEN,
    },
    log: new Writable({
      write(line, _, done) {
        logged.push(String(line))
        done()
      },
    }),
  })
  unsubscribe('fastify.initialization', watch)
  receiver = await startReceiver()
  token = await stage.token('root', SCOPES)
  root = stage.api.as(token)
  for (const url of ['/api/v1/organization/acme/webhooks', '/api/v1/superuser/webhooks']) {
    await root.post(url, { url: receiver.url, events: [...WEBHOOK_EVENTS] }).expect(201)
  }
  secrets.push(objects.robot.token, BROUGHT)
  await root.post(`${OWN}/secrets`, { value: BROUGHT }).expect(201)
})
afterAll(async () => {
  await stage.close()
  await receiver.close()
  await database.drop()
})

/** Nothing of what was made, but for what this very answer has made. */
function expectNoSecret(text: string, where: string) {
  for (const secret of secrets) expect(text.includes(secret), where).toBe(false)
}

/** Sends it, finds no secret in the whole answer, and learns of the one that it has made. */
async function call({ method = 'GET', ...request }: RawRequest) {
  const answer = await send(stage.url, { method, ...request })
  const isMaking = /\/regenerate\b/.test(request.path) || method === 'PUT'
  expectNoSecret(JSON.stringify(answer.headers) + answer.text, `${method} ${request.path}`)
  const { token: made } = (answer.body ?? {}) as { token?: unknown }
  if (isMaking && typeof made === 'string') secrets.push(made)
  return answer
}

/** Where a path leads: to the objects that are there. */
function filled(url: string) {
  const names = objects.existingIn(url)
  return url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(names[name] ?? name))
}

const EVERYTHING = '?token=true&details=true&permissions=true&format=env&q=deployer'

it('is in the answers that make it', async () => {
  for (const [url, status] of [
    [`${ACME}/regenerate?grace=1h`, 201],
    [`${OWN}/regenerate`, 201],
    [`${OWN.replace('deployer', 'made')}`, 200],
  ] as const) {
    const before = secrets.length
    const method = url.includes('regenerate') ? 'POST' : 'PUT'
    expect((await call({ method, path: url, headers: bearer(token) })).status).toBe(status)
    expect(secrets).toHaveLength(before + 1)
  }
  expect(await stage.api.login('acme+deployer', secrets.at(-3) ?? '')).toMatchObject({
    status: 200,
  })
})

it('is not in other answers about the robot, which lack the key', async () => {
  const since = new Date()
  const named = ['created', 'description', 'last_accessed', 'name']
  for (const url of [ACME, OWN]) {
    const { body } = await root.get(url).expect(200)
    expect(Object.keys(body).sort()).toEqual([...named, 'unstructured_metadata'])
    const list = await root.get(url.replace('/deployer', '?token=true')).expect(200)
    expect(Object.keys(list.body.robots[0]).sort()).toEqual(named)
    const { body: changed } = await root.patch(url, { description: 'x' }).expect(200)
    expect(changed).not.toHaveProperty('token')
  }
  const shown = { kind: { startsWith: 'reveal_robot' }, createdAt: { gte: since } }
  expect(await stage.db.auditEntry.findMany({ where: shown })).toEqual([])
})

it('is in no export of credentials, which says what to do', async () => {
  for (const url of [ACME, OWN]) {
    for (const format of CREDENTIAL_FORMATS) {
      for (const path of [`credentials/${format}`, `credentials?format=${format}`]) {
        const { body } = await root.get(`${url}/${path}`).expect(409)
        const words = expect.stringMatching(/\(policy\.secret_visibility\): regenerate the robot/)
        expect(body).toEqual(shapeA(stage.url, 409, 'conflict', words))
      }
    }
    await root.get(`${url}none/credentials/env`).expect(404)
  }
})

it('is in no answer of any route, before and after all that can be changed is', async () => {
  const reads = routes.filter(({ method }) => method === 'GET')
  const bob = bearer(await stage.token('bob', SCOPES))
  const readAs = (headers: Record<string, string>, query = '') =>
    statusesOf(reads.map(({ url }) => ({ path: filled(url) + query, headers })))
  const before = await readAs(bearer(token), EVERYTHING)
  before.push(...(await readAs(bearer(token))), ...(await readAs(bob)))
  expect(before.filter((status) => status === 200).length).toBeGreaterThan(120)
  expect(before.filter((status) => status >= 500)).toEqual([])

  const examples = exampleBodies(await readDocument())
  const headers = { ...bearer(token), 'content-type': 'application/json' }
  const changes = inOrderOfDamage(routes.filter((one) => !reads.includes(one)))
  const done = await statusesOf(
    changes.map(({ method, url }) => {
      const body = JSON.stringify(examples.get(`${method} ${url}`) ?? {})
      return { method, path: filled(url), headers, body }
    }),
  )
  expect(done.filter((status) => status < 300).length).toBeGreaterThan(50)
  await readAs(bearer(token), EVERYTHING)
}, 300_000)

/** One after the other. */
async function statusesOf(requests: RawRequest[]): Promise<number[]> {
  const statuses = []
  for (const request of requests) statuses.push((await call(request)).status)
  return statuses
}

const exampleBodies = (document: OpenApi) =>
  new Map(
    operationsOf(document).flatMap(({ path, method, operation }) => {
      const media = operation.requestBody?.content['application/json']
      const url = path.replace(/\{(\w+)\}/g, ':$1')
      if (!media) return []
      return [[`${method.toUpperCase()} ${url}`, resolve(document, media.schema).example] as const]
    }),
  )

/** What renames and deletes comes last, and what holds others after them. */
function inOrderOfDamage<Route extends { method: string; url: string }>(some: Route[]): Route[] {
  const damage = ({ method, url }: Route) =>
    (method === 'DELETE' ? 2000 : 0) + (url.includes('/superuser/') ? 1000 : 0) - url.length
  return [...some].sort((one, other) => damage(one) - damage(other))
}

it('is in no answer to who sends it, right or wrong, where it belongs and where it does not', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const secret of secrets.slice(0, 3)) {
    for (const password of [secret, `${secret}X`]) {
      const body = new URLSearchParams({
        ...{ grant_type: 'password', username: 'acme+deployer', password, service: 'x' },
        ...{ client_id: 'x', token: password, subject_token: password },
      }).toString()
      for (const path of ['/v2/auth', '/sts/token', '/oauth2/federation/robot/introspect']) {
        await call({ method: 'POST', path, headers: form, body })
      }
      for (const path of ['/v2/auth', '/oauth2/federation/robot/token', ACME]) {
        for (const headers of [basic('acme+deployer', password), bearer(password)]) {
          await call({ path, headers })
        }
      }
    }
  }
})

it('is in no error, where what makes it fails', async () => {
  await breakAuditLog(stage.db)
  const value = BROUGHT.replaceAll('7', '8')
  secrets.push(value)
  await root.put(OWN.replace('deployer', 'again')).expect(500)
  for (const path of [`${OWN}/secrets`, `${ACME}/secrets`]) {
    const body = JSON.stringify({ value })
    const headers = { ...bearer(token), 'content-type': 'application/json' }
    await call({ method: 'POST', path, headers, body })
    await call({ method: 'POST', path, headers, body: `${body}}` })
  }
  await repairAuditLog(stage.db)
})

it('is in no log, in nothing that webhooks are told, and not in clear in the database', async () => {
  await stage.services.settled()
  await stage.services.webhookDispatcher.deliverDue()
  expect(secrets.length).toBeGreaterThan(6)
  expect(logged.length).toBeGreaterThan(100)
  expectNoSecret(logged.join(''), 'the log')
  expect(receiver.received.length).toBeGreaterThan(5)
  expectNoSecret(JSON.stringify(receiver.received), 'webhooks')
  const rows = JSON.stringify(await snapshot(stage.db))
  expectNoSecret(rows, 'the database')
  for (const secret of secrets) expect(rows).not.toContain(Buffer.from(secret).toString('hex'))
})

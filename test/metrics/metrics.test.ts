import { readFile } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { alone, type Peers } from '../../src/domain/peers.ts'
import { apiError, apiOf } from '../helpers/api.ts'
import { eventually } from '../helpers/eventually.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { holdRobots, logIn, sendAndWait } from '../helpers/held-requests.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { PASSWORD, startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { startReceiver, status } from '../webhooks/receiver.ts'
import { INSTALLATION_WEBHOOKS, WITH_LOOPBACK } from '../webhooks/webhook-stage.ts'

const METRICS_TOKEN = 'token-of-prometheus'

let issuer: Issuer
let stage: Stage

beforeAll(async () => {
  issuer = await startIssuer()
  const config = { ...LOOPBACK, ...WITH_LOOPBACK, metricsToken: METRICS_TOKEN }
  stage = await startStage({ config })
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
})

async function readMetrics() {
  const { status, text } = await stage.api.as(METRICS_TOKEN).get('/metrics')
  expect(status).toBe(200)
  return text
}

/** The sum of the series of a metric whose labels hold all that is given. */
async function sumOf(name: string, ...labels: string[]) {
  const lines = (await readMetrics()).split('\n')
  return lines
    .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('/metrics', () => {
  it('opens to the operator’s token and to nobody else', async () => {
    const { headers } = await stage.api.as(METRICS_TOKEN).get('/metrics').expect(200)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(headers['cache-control']).toBe('no-store')

    await stage.superusers('root')
    const superuser = await stage.token('root', ['super:user'])
    for (const token of [undefined, superuser, METRICS_TOKEN.slice(1), `${METRICS_TOKEN}x`]) {
      const { status, body } = await stage.api.as(token).get('/metrics')
      expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
    }
  })

  it('is not there unless the operator set a token', async () => {
    const other = await startService({ database: stage.database })
    const { status, body } = await apiOf(other.url).as('undefined').get('/metrics')
    expect([status, body]).toEqual([404, apiError(other.url, 'not_found')])
    await other.close()
  })

  it('counts requests by the template of their route', async () => {
    const token = await stage.token('root', ['user:admin'])
    const labels = ['route="/api/v1/user/robots/:robot_shortname"', 'method="GET"', 'status="4xx"']
    const before = await sumOf('quay_robots_http_requests_total', ...labels)
    await stage.api.as(token).get('/api/v1/user/robots/no_such_robot').expect(404)
    expect(await sumOf('quay_robots_http_requests_total', ...labels)).toBe(before + 1)
    expect(
      await sumOf('quay_robots_http_request_duration_seconds_count', ...labels.slice(0, 2)),
    ).toBeGreaterThan(0)
    await stage.api.as().get('/nowhere/at/all').expect(404)
    expect(await sumOf('quay_robots_http_requests_total', 'route="none"')).toBeGreaterThan(0)
  })

  it('counts those whose caller hung up apart', async () => {
    const labels = ['route="/v2/auth"', 'status="aborted"']
    const duration = 'quay_robots_http_request_duration_seconds_count'
    const timed = await sumOf(duration, 'route="/v2/auth"')
    const release = await holdRobots(stage)
    const socket = sendAndWait(stage, logIn('root+ci', 'x'))
    while (stage.app.inFlight() === 0) await turn()
    socket.destroy()
    while ((await sumOf('quay_robots_http_requests_total', ...labels)) === 0) await turn()
    await release()
    expect(await sumOf('quay_robots_http_requests_total', ...labels)).toBe(1)
    expect(await sumOf(duration, 'route="/v2/auth"')).toBe(timed + 1)
  })

  it('counts those, too, that were to be answered after another one on their connection', async () => {
    const labels = ['route="/api/v1/user/"', 'status="aborted"']
    const release = await holdRobots(stage)
    const pipelined = 'GET /api/v1/user/ HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(12)
    const socket = sendAndWait(stage, logIn('root+ci', 'x') + pipelined)
    while (stage.app.inFlight() === 0) await turn()
    socket.destroy()
    while ((await sumOf('quay_robots_http_requests_total', ...labels)) < 12) await turn()
    await release()
    expect(await sumOf('quay_robots_http_requests_total', ...labels)).toBe(12)
  })

  it('tells how exchanges ended, and whence the keys of issuers came', async () => {
    await stage.robot('root+ci', [{ issuer: issuer.issuer, subject: 'build' }])
    const exchange = exchangeOf(stage.url)
    const good = await issuer.mint({ sub: 'build' })
    await exchange.basic('root+ci', good).expect(200)
    await exchange.bearer(good).expect(200)
    await exchange.basic('root+ci', await issuer.mint({ sub: 'nobody' })).expect(401)
    await exchange.basic('root+none', good).expect(401)
    await exchange.basic('root+ci', 'no-token').expect(401)

    const outcomes = ['issued', 'subject_mismatch', 'unknown_robot', 'invalid_token', 'error']
    const values = outcomes.map((outcome) =>
      sumOf('quay_robots_exchanges_total', `outcome="${outcome}"`),
    )
    expect(await Promise.all(values)).toEqual([2, 1, 1, 1, 0])
    expect(await sumOf('quay_robots_issuer_keys_total', 'result="fetched"')).toBe(1)
    expect(await sumOf('quay_robots_issuer_keys_total', 'result="cached"')).toBe(2)
  })

  it('tells of the process, the event loop and the pool of connections', async () => {
    const text = await readMetrics()
    for (const name of [
      ...['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'],
      ...['quay_robots_database_connections{state="used"}', 'quay_robots_database_waiting'],
      'quay_robots_requests_in_flight',
    ]) {
      expect(text).toMatch(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} [\\d.e+-]+$`, 'm'))
    }
    expect(await sumOf('quay_robots_database_connections')).toBeGreaterThan(0)
  })

  it('tells how large the audit log is, and nothing while the database cannot say', async () => {
    expect(await sumOf('quay_robots_audit_log_bytes')).toBeGreaterThan(8192)
    expect(await readMetrics()).toMatch(/^quay_robots_audit_log_entries \d+$/m)
    const database = {
      ...stage.database,
      database: { ...stage.database.database, db: {} as typeof stage.db },
    }
    const config = { metricsToken: METRICS_TOKEN }
    const other = await startService({ database, config })
    const { text } = await apiOf(other.url).as(METRICS_TOKEN).get('/metrics').expect(200)
    expect(text).toContain('# TYPE quay_robots_audit_log_bytes gauge')
    expect(text).not.toMatch(/^quay_robots_audit_log_/m)
    await other.close()
  })

  it('forgets how large it was once the database can no longer say', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const other = await startStage({ config: { metricsToken: METRICS_TOKEN } })
    const nextIs = async (check: (text: string) => void) => {
      vi.advanceTimersByTime(60_000)
      await eventually(async () => check((await other.api.as(METRICS_TOKEN).get('/metrics')).text))
    }
    for (const [name, table] of [
      ['audit_log_bytes', 'audit_entries'],
      ['webhook_outbox', 'webhook_deliveries'],
      ['entries_without_audience', 'federation_entry_rows'],
    ] as const) {
      const figure = new RegExp(`^quay_robots_${name} \\d+$`, 'm')
      await nextIs((text) => expect(text).toMatch(figure))
      await other.db.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO away`)
      await nextIs((text) => expect(text).not.toMatch(figure))
      await other.db.$executeRawUnsafe(`ALTER TABLE away RENAME TO ${table}`)
      await nextIs((text) => expect(text).toMatch(figure))
    }
    await other.close()
  })

  it('tells how many entries admit tokens for any audience', async () => {
    const entry = { issuer: issuer.issuer, subject: 'ours', audiences: ['us'] }
    await stage.robot('root+open', [entry, { issuer: issuer.issuer, subject: 'any' }])
    const config = { metricsToken: METRICS_TOKEN }
    const other = await startService({ database: stage.database, config })
    const { text } = await apiOf(other.url).as(METRICS_TOKEN).get('/metrics').expect(200)
    const stored = await stage.db.federationEntry.findMany()
    const open = stored.filter(({ audiences }) => audiences.length === 0)
    expect(open.length).toBeLessThan(stored.length)
    expect(text).toMatch(new RegExp(`^quay_robots_entries_without_audience ${open.length}$`, 'm'))
    await other.close()
  })

  it('tells how deliveries to webhooks end, and of those that are yet to be made', async () => {
    const receiver = await startReceiver()
    const root = await stage.client('root', 'super:user', 'user:admin')
    const wanted = { url: receiver.url, events: ['robot.disabled'] }
    await root.post(INSTALLATION_WEBHOOKS, wanted).expect(201)
    await stage.robot('root+told')
    for (const answer of [status(204), status(500)]) {
      receiver.answer(answer)
      await root.patch('/api/v1/user/robots/told', { enabled: true }).expect(200)
      await root.patch('/api/v1/user/robots/told', { enabled: false }).expect(200)
      await stage.services.webhookDispatcher.deliverDue()
    }
    await receiver.close()
    const results = ['delivered', 'failed', 'given_up'].map((result) =>
      sumOf('quay_robots_webhook_deliveries_total', `result="${result}"`),
    )
    expect(await Promise.all(results)).toEqual([1, 1, 0])

    const config = { metricsToken: METRICS_TOKEN }
    const other = await startService({ database: stage.database, config })
    const { text } = await apiOf(other.url).as(METRICS_TOKEN).get('/metrics').expect(200)
    const [, age] = /^quay_robots_webhook_outbox_age_seconds (\S+)$/m.exec(text) ?? []
    expect(Number(age)).toBeGreaterThan(0)
    expect(text).toMatch(/^quay_robots_webhook_outbox 1$/m)
    expect(text).toMatch(/^quay_robots_webhook_outbox_failing_targets 1$/m)
    await stage.db.webhook.updateMany({ data: { enabled: false } })
    const nothing = { waiting: 0, ageSeconds: 0, failingTargets: 0 }
    expect(await stage.services.webhookOutbox()).toEqual(nothing)
    await other.close()
  })

  it('has nothing in it that a caller chose, and no secret', async () => {
    const robot = await stage.robot('root+chosen_name')
    await stage.api.login('root+chosen_name', robot).expect(200)
    await stage.api.login('root', PASSWORD).expect(200)
    await stage.api.login('chosen-user', 'chosen-password').expect(401)
    await stage.api.as('chosen-token').get('/api/v1/chosen-path?chosen=query').expect(404)
    await stage.api.as().get('/api/v1/organization/chosen-name').set('x-request-id', 'chosen-id')
    await exchangeOf(stage.url).basic('root+chosen', 'chosen.identity.token')
    const text = await readMetrics()
    expect(text).not.toContain('chosen')
    for (const secret of [robot, PASSWORD, METRICS_TOKEN, issuer.issuer, 'root+', 'build']) {
      expect(text).not.toContain(secret)
    }
  })

  it('does not grow with what callers send', async () => {
    // Node's own come and go with what the process has open.
    const isOwn = (line: string) => !line.startsWith('nodejs_')
    const series = async () => (await readMetrics()).split('\n').filter(isOwn).length
    await stage.api.as().get('/api/v1/organization/a')
    const before = await series()
    for (let n = 0; n < 20; n++) {
      await stage.api.as().get(`/api/v1/organization/name${n}`)
      await stage.api.login(`user${n}`, 'x'.repeat(n + 1))
    }
    await stage.api.as().get('/v2/auth')
    const more = await series()
    for (let n = 0; n < 20; n++) await stage.api.as().get(`/api/v1/organization/other${n}`)
    expect(await series()).toBe(more)
    // The routes that were called for the first time, by status, and no more.
    expect(more - before).toBeLessThan(40)
  })
})

it('of several processes are added up, but for what all say of the same database, and gauges of those that ended', async () => {
  let give: () => Promise<unknown> = async () => undefined
  const peers: Peers = {
    ...{ tell() {}, onTold() {}, once: alone(() => new Date()) },
    answer(_topic, own) {
      give = own
    },
    askAll: async () => ({ answers: [await give(), await give()], departed: [await give()] }),
  }
  const surroundings = { peers, poolUse: () => ({ used: 0, idle: 0, waiting: 3 }) }
  const config = { ...LOOPBACK, metricsToken: METRICS_TOKEN }
  await stage.db.webhook.updateMany({ data: { enabled: true } })
  const other = await startService({ database: stage.database, config, surroundings })
  await apiOf(other.url).as().get('/live').expect(200)
  await exchangeOf(other.url)
    .basic('root+ci', await issuer.mint({ sub: 'build' }))
    .expect(200)
  const { text } = await apiOf(other.url).as(METRICS_TOKEN).get('/metrics').expect(200)
  const figureOf = (name: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${name} `))
    return Number(line?.slice(name.length))
  }
  const live = '{route="/live",method="GET"'
  expect(figureOf(`quay_robots_http_requests_total${live},status="2xx"}`)).toBe(3)
  expect(figureOf(`quay_robots_http_request_duration_seconds_count${live}}`)).toBe(3)
  const stored = await stage.db.federationEntry.findMany()
  const open = stored.filter(({ audiences }) => audiences.length === 0)
  expect(figureOf('quay_robots_entries_without_audience')).toBe(open.length)
  expect(open.length).toBeGreaterThan(0)
  expect(figureOf('quay_robots_webhook_outbox')).toBe(1)
  expect(figureOf('quay_robots_webhook_outbox_failing_targets')).toBe(1)
  await stage.db.webhook.updateMany({ data: { enabled: false } })
  expect(figureOf('quay_robots_database_waiting')).toBe(6)
  expect(figureOf('quay_robots_issuers{state="fresh"}')).toBe(1)
  await other.close()
})

describe('the dashboard', () => {
  it('asks for metrics that exist, and for all of the service’s own', async () => {
    const path = new URL('../../docs/grafana-dashboard.json', import.meta.url)
    const text = await readFile(path, 'utf8')
    const { panels } = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    const named = queries.flatMap((query) => query.match(/\b(quay_robots|process|nodejs)_\w+/g))
    expect(named.length).toBeGreaterThanOrEqual(panels.length)
    const metrics = await readMetrics()
    for (const name of named) expect(metrics).toMatch(new RegExp(`^${name}[ {]`, 'm'))
    const own = [...metrics.matchAll(/^# TYPE (quay_robots_\w+)/gm)].map(([, name]) => name)
    expect(own.filter((name) => !queries.some((query) => query.includes(`${name}`)))).toEqual([])
  })
})

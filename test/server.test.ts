import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { loadConfig } from '../src/config/config.ts'
import { type DatabaseOptions, openDatabase } from '../src/db/client.ts'
import { migrate } from '../src/db/migrate.ts'
import { createLogger } from '../src/plugins/logger.ts'
import { startServer } from '../src/server.ts'
import { engine } from './db/engines.ts'
import { apiOf } from './helpers/api.ts'
import { eventually } from './helpers/eventually.ts'
import { logIn } from './helpers/held-requests.ts'
import { freePort } from './helpers/ports.ts'
import { createEmptyPglite } from './helpers/postgres.ts'
import { send } from './helpers/raw-http.ts'
import { TEST_SECRET_KEY } from './helpers/service.ts'

const ROOT = { username: 'root', password: 'password-of-root', access_token: true }

/** A server as `serve` starts it, at one address, and its log so far. */
async function startable(
  { databaseUrl, dataDir }: DatabaseOptions,
  env: Record<string, string> = {},
) {
  const config = loadConfig({
    ...(databaseUrl !== undefined && {
      ...{ DATABASE_URL: databaseUrl, SECRET_KEY: TEST_SECRET_KEY.toString('base64') },
    }),
    ...{ DATA_DIR: dataDir, PORT: String(await freePort()), DRAIN_SECONDS: '0' },
    USER_INITIALIZE: 'true',
    ...env,
  })
  let log = ''
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  const logger = createLogger('info', sink)
  return { url: config.publicUrl, read: () => log, start: () => startServer(config, logger) }
}

it('a stop waits for the work of callers who hung up, and for what it counted, before the database closes', async () => {
  const { options, drop } = await createEmptyPglite()
  const port = await freePort()
  const config = loadConfig({ PORT: String(port), DATA_DIR: options.dataDir, DRAIN_SECONDS: '0' })
  let log = ''
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  const server = await startServer(config, createLogger('info', sink))
  const { body } = await apiOf(config.publicUrl)
    .as()
    .post('/api/v1/user/initialize', { ...ROOT, email: 'root@example.com' })
    .expect(200)
  const root = apiOf(config.publicUrl).as(body.access_token)
  const robots = ['one', 'two', 'three'].map((name) => `/api/v1/user/robots/${name}`)
  for (const robot of robots) {
    await root.put(robot).expect(200)
    for (let times = 0; times < 3; times++) await root.get(robot).expect(200)
  }

  // Each password takes its time on another thread, and an entry in the log then.
  for (let index = 0; index < 6; index++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(logIn('root', `wrong-password-${index}`))
    await sleep(5)
    socket.destroy()
  }
  await server.close()
  await sleep(500)
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ level }) => level >= 40)).toEqual([])
  expect(lines.filter(({ path }) => path === '/v2/auth')).toHaveLength(6)
  const after = await openDatabase(options)
  const shown = await after.db.auditEntry.findMany({ where: { kind: 'reveal_robot_token' } })
  const counts = shown.map(({ metadata }) => (metadata as { count?: number }).count ?? 1)
  expect(counts.sort()).toEqual([1, 1, 1, 2, 2, 2])
  await after.close()
  await drop()
})

it('a start clears away what has grown old, and a stop waits for that', async () => {
  const { options, drop } = await createEmptyPglite()
  const before = await openDatabase(options)
  await migrate(before)
  const [id, createdAt] = [crypto.randomUUID(), new Date(0)]
  await before.db.usedIdentityToken.create({
    data: { digest: Buffer.alloc(32), expiresAt: createdAt },
  })
  await before.db.auditEntry.create({
    data: { id, kind: 'create_robot', metadata: {}, createdAt },
  })
  await before.db.namespace.create({
    data: { id, name: `-${id}`, kind: 'user', createdAt, deletedAt: createdAt },
  })
  // Its secret is about to expire, which nobody has been told.
  const noone = crypto.randomUUID()
  const sealed = { sealKeyId: 'another', sealed: Buffer.alloc(32), digest: Buffer.alloc(32) }
  const told = { expiresAt: new Date(Date.now() + 86_400_000), nextNoticeAt: createdAt }
  await before.db.namespace.create({
    data: {
      ...{ id: noone, name: 'acme', kind: 'organization', createdAt },
      robots: {
        create: {
          ...{ id, name: 'ci', credentialId: id, createdAt },
          secrets: { create: { id, ...sealed, ...told, createdAt } },
        },
      },
    },
  })
  await before.db.session.create({
    data: {
      ...{ id, userId: noone, digest: Buffer.alloc(32), superuser: false },
      ...{ createdAt, expiresAt: createdAt, lastAccessedAt: createdAt },
    },
  })
  await before.db.webhook.create({
    data: {
      ...{ id, url: 'https://hooks.example.com/', events: [], createdAt, notBefore: createdAt },
      ...{ secretKeyId: 'another', secretSealed: Buffer.alloc(32) },
      deliveries: {
        create: { id, eventId: id, type: '', payload: '', createdAt, retryUntil: createdAt },
      },
    },
  })
  await before.close()

  const config = loadConfig({
    ...{ PORT: String(await freePort()), DATA_DIR: options.dataDir, DRAIN_SECONDS: '0' },
    ...{ LOG_RETENTION_DAYS: '30', SECRET_KEY: TEST_SECRET_KEY.toString('base64') },
  })
  const server = await startServer(config, pino({ level: 'silent' }))
  await server.close()
  const after = await openDatabase(options)
  expect(await after.db.usedIdentityToken.count()).toBe(0)
  expect(await after.db.auditEntry.count()).toBe(0)
  expect(await after.db.namespace.findMany()).toMatchObject([{ name: 'acme' }])
  expect(await after.db.robotSecret.findMany()).toMatchObject([{ nextNoticeAt: null }])
  expect(await after.db.webhookDelivery.count()).toBe(0)
  expect(await after.db.session.count()).toBe(0)
  await after.close()
  await drop()
})

/** A database in which an account is deleted, whose rows are not yet. */
async function withDeletedAccount() {
  const { options, drop } = await engine.createEmpty()
  const before = await openDatabase(options)
  await migrate(before)
  const [id, createdAt] = [crypto.randomUUID(), new Date(0)]
  const deleted = { id, name: `-${id}`, kind: 'user', createdAt, deletedAt: createdAt } as const
  await before.db.namespace.create({ data: deleted })
  return { options, drop, before, id }
}

it('a stop leaves the rest of a deleted account to the next start', async () => {
  const { options, drop, before, id } = await withDeletedAccount()
  const rows = 10_000
  await before.db.repository.createMany({
    data: Array.from({ length: rows }, (_, index) => ({
      ...{ id: crypto.randomUUID(), namespaceId: id, name: `r${index}` },
      ...{ visibility: 'private' as const, createdAt: new Date(0) },
    })),
  })
  await before.close()
  const { read, start } = await startable(options)
  const server = await start()
  await server.close()
  expect(read()).not.toMatch(/"level":[456]0/)
  const after = await openDatabase(options)
  const left = await after.db.repository.count()
  expect([left > 0, left < rows]).toEqual([true, true])
  await after.close()
  await drop()
})

it('a start goes on where what has grown old cannot be cleared away, and says what that is', async () => {
  const { options, drop, before } = await withDeletedAccount()
  const tables = ['audit_entries', 'used_identity_tokens', 'default_permissions', 'sessions']
  for (const table of [...tables, 'webhook_deliveries', 'robot_secrets']) {
    await before.db.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO ${table}_elsewhere`)
  }
  await before.close()
  const { read, start } = await startable(options, { LOG_RETENTION_DAYS: '30' })
  const server = await start()
  const failed = [
    ...['old entries of the audit log', 'identity tokens that have expired'],
    ...['rows of deleted accounts', 'sessions that have ended', 'old deliveries of webhooks'],
  ].map((what) => `${what} could not be deleted`)
  failed.push('webhooks could not be delivered', 'webhooks could not be told of what time brings')
  await eventually(() => {
    for (const words of failed) expect(read()).toContain(`"msg":"${words}"`)
  })
  await server.close()
  await drop()
})

it('a server at work does in time what nobody asks for, and tells what it could not', async () => {
  const { options, drop } = await engine.createEmpty()
  const before = await openDatabase(options)
  await migrate(before)
  await before.db.$executeRawUnsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no such entries'; END $$`)
  await before.db.$executeRawUnsafe(`
    CREATE TRIGGER refuse BEFORE INSERT ON audit_entries FOR EACH ROW
    WHEN (NEW.kind = 'login_success') EXECUTE FUNCTION refuse()`)
  await before.close()
  const { url, read, start } = await startable(options, { SIGNING_KEY_MAX_AGE: '3600' })
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: Date.now() })
  try {
    const server = await start()
    const { body } = await apiOf(url).as().post('/api/v1/user/initialize', ROOT).expect(200)
    const root = apiOf(url).as(body.access_token)
    const { body: ci } = await root.put('/api/v1/user/robots/ci').expect(200)
    for (let n = 0; n < 3; n++) await root.get('/api/v1/user/robots/ci').expect(200)
    await apiOf(url).login(ci.name, ci.token).expect(200)
    await eventually(() => expect(read()).toContain('a log-in could not be audited'))

    vi.setSystemTime(Date.now() + 3_601_000)
    vi.advanceTimersByTime(60_000)
    await eventually(async () => {
      const { body: log } = await root.get('/api/v1/user/logs')
      const counts = log.logs.map(({ metadata }: { metadata: object }) => metadata)
      expect(counts).toContainEqual(expect.objectContaining({ count: 2 }))
    })
    await server.close()
  } finally {
    vi.useRealTimers()
  }
  const after = await openDatabase(options)
  expect(await after.db.signingKey.count()).toBe(2)
  await after.close()
  await drop()
})

it('a stop that drains serves on for a while, and sends new callers elsewhere', async () => {
  const { options, drop } = await engine.createEmpty()
  const { url, start } = await startable(options, { DRAIN_SECONDS: '2' })
  const server = await start()
  const keys = { path: '/.well-known/jwks.json', headers: { connection: 'keep-alive' } }
  expect((await send(url, keys)).headers.connection).toBe('keep-alive')
  const stopped = server.close({ drain: true })
  await apiOf(url).as().get('/ready').expect(503, { status: 'draining' })
  expect(await send(url, keys)).toMatchObject({ status: 200, headers: { connection: 'close' } })
  await stopped
  await expect(fetch(url)).rejects.toThrow()
  await drop()
})

it('a start that fails leaves the folder and the port to the next one', async () => {
  const { options, drop } = await createEmptyPglite()
  const { start } = await startable(options)
  const key = join(options.dataDir, 'secret.key')
  await (await start()).close()
  const own = await readFile(key)
  await rm(key)
  await expect(start()).rejects.toThrow('The secret key of the embedded database is missing')
  await writeFile(key, TEST_SECRET_KEY.toString('base64'), { mode: 0o600 })
  await expect(start()).rejects.toThrow('sealed with a key that is not in')
  await writeFile(key, own)
  await (await start()).close()
  await drop()
})

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseOver } from '../../src/db/client.ts'
import { ping } from '../../src/db/ping.ts'
import { openPostgres } from '../../src/db/postgres.ts'
import { lookUp, rows } from '../../src/db/statements.ts'
import { withTransaction } from '../../src/db/transactions.ts'
import { isUnavailable } from '../../src/db/unavailability.ts'

// PostgreSQL's protocol 3.0 as far as a server speaks it that opens transactions and then says nothing.

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5, type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const AUTHENTICATED = message('R', Buffer.alloc(4))
const READY = message('Z', Buffer.from('I'))
const done = (command: string) => message('C', Buffer.from(`${command}\0`))
const PREPARED = Buffer.concat([message('1', Buffer.alloc(0)), message('2', Buffer.alloc(0))])
const EXECUTE = 'E\0\0\0\x09'
const ONE = lookUp('one', 'SELECT 1')
const NO_ROWS = message('n', Buffer.alloc(0))

/** @param count messages of this connection that came before */
function answer(data: Buffer, count: number): Buffer | undefined {
  if (count === 0) return Buffer.concat([AUTHENTICATED, READY])
  const text = data.toString('latin1')
  if (isMute) return undefined
  if (count === 1) return settings(text)
  if (text.includes('BEGIN')) return Buffer.concat([PREPARED, NO_ROWS, done('BEGIN'), READY])
  if (isEnding) {
    isEnding = false
    return TERMINATED
  }
  if (!afterAnswers) return undefined
  if (isRefusing) {
    isRefusing = false
    const others = text
      .split(EXECUTE)
      .slice(2)
      .map(() => [NO_ROWS, done('SELECT 0'), READY])
    return Buffer.concat([REFUSED, READY, ...others.flat()])
  }
  return Buffer.concat([PREPARED, NO_ROWS, done('SELECT 0'), READY, afterAnswers])
}

/** What a session is told to be like comes first, whatever its words: an answer for each statement. */
function settings(query: string): Buffer {
  const statements = query
    .slice(5, -1)
    .split(';')
    .filter((statement) => statement.trim() !== '')
  return Buffer.concat([...statements.map(() => done('SET')), READY])
}

const REFUSED = message('E', Buffer.from('SFEHLER\0C22P02\0Mungültige Eingabe\0\0'))
const TERMINATED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'))

let server: Server
/** Whether it says nothing from the log-in on, as poolers without a server do. */
let isMute = false
/** What comes together with the answers to queries; undefined: they are not answered. */
let afterAnswers: Buffer | undefined
/** Whether it ends the next session in place of an answer, as where an operator stops that. */
let isEnding = false
/** Whether it refuses the next statement. */
let isRefusing = false
const open = new Set<Socket>()

beforeAll(async () => {
  server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    let count = 0
    socket.on('data', (data) => {
      const words = answer(data, count++)
      if (words) socket.write(words)
      if (words === TERMINATED) socket.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => server.close())

function openDatabase(answerTimeoutMs = 50, poolSize = 1) {
  const { port } = server.address() as AddressInfo
  return databaseOver(
    openPostgres({
      databaseUrl: `postgresql://nobody@127.0.0.1:${port}/none`,
      poolSize,
      onIdleError: () => {},
      connectTimeoutMs: 500,
      answerTimeoutMs,
    }),
  )
}

test('connections on which the server falls silent are cut, and never used again', async () => {
  const database = openDatabase()
  const { db } = database
  for (const work of [() => ping(db), () => withTransaction(db, (tx) => ping(tx))]) {
    const error = await work().catch((error: unknown) => error)
    expect([isUnavailable(error), error]).toEqual([true, expect.any(Error)])
    expect(database.poolUse()).toEqual({ used: 0, idle: 0, waiting: 0 })
  }
  await database.close()
  while (open.size > 0) await once([...open][0] as Socket, 'close')
})

test('look-ups that share a connection on which the server falls silent all end', async () => {
  const database = openDatabase(300, 2)
  const all = await Promise.all(
    Array.from({ length: 40 }, () => rows(database.db, ONE, {}).catch((error: unknown) => error)),
  )
  expect(all.map(isUnavailable)).toEqual(all.map(() => true))
  expect(database.poolUse()).toEqual({ used: 0, idle: 0, waiting: 0 })
  await database.close()
})

test('look-ups wait no longer than a few seconds for a silent server, whatever else may take', async () => {
  const database = openDatabase(60_000, 2)
  await expect(rows(database.db, ONE, {})).rejects.toSatisfy(isUnavailable)
  await database.close()
})

test('look-ups that come one by one put the end of a silence off no more than once', async () => {
  const database = openDatabase(300, 2)
  let asked = 0
  let firstEndedAt: number | undefined
  while (firstEndedAt === undefined) {
    const found = rows(database.db, ONE, {}).catch(() => {
      firstEndedAt ??= asked
    })
    if (++asked === 30) await found
    await sleep(100)
  }
  expect(firstEndedAt).toBeLessThan(12)
  await database.close()
})

test('a look-up is refused alone, in whatever language the server says so', async () => {
  afterAnswers = Buffer.alloc(0)
  isRefusing = true
  const database = openDatabase(5_000, 2)
  const both = [rows(database.db, ONE, {}), rows(database.db, ONE, {})]
  const [first, second] = await Promise.allSettled(both)
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  await database.close()
  afterAnswers = undefined
})

test('a server that falls silent after the log-in keeps no connection, and holds up no stop', async () => {
  isMute = true
  const database = openDatabase()
  for (let attempt = 0; attempt < 3; attempt++) {
    const error = await ping(database.db).catch((error: unknown) => error)
    expect([isUnavailable(error), error]).toEqual([true, expect.any(Error)])
  }
  const waiting = ping(database.db).catch((error: unknown) => error)
  await database.close()
  expect(isUnavailable(await waiting)).toBe(true)
  expect(open.size).toBe(0)
  isMute = false
})

test('a connection that ends together with an answer brings nobody down', async () => {
  afterAnswers = TERMINATED
  const database = openDatabase(5_000)
  const { db } = database
  const works = [ping(db), withTransaction(db, (tx) => ping(tx))]
  const [first, second] = await Promise.allSettled(works)
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected'])
  await database.close()
  afterAnswers = undefined
})

test('a connection that ends in place of an answer is not given to who waits for one', async () => {
  isEnding = true
  afterAnswers = Buffer.alloc(0)
  const database = openDatabase(2_000)
  const works = [ping(database.db), ping(database.db)]
  const [first, second] = await Promise.allSettled(works)
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  await database.close()
  afterAnswers = undefined
})

test('a connection that nobody uses is kept, however long nothing is said on it', async () => {
  afterAnswers = Buffer.alloc(0)
  const database = openDatabase(300)
  await ping(database.db)
  await sleep(1_000)
  expect(database.poolUse()).toEqual({ used: 0, idle: 1, waiting: 0 })
  await database.close()
  afterAnswers = undefined
})

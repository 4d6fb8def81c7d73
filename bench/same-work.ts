import { isDeepStrictEqual } from 'node:util'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { ask, type Seen } from './ask.ts'
import type { Request } from './load/requests.ts'
import type { Operation } from './operations.ts'
import type { ServerProcess } from './processes.ts'
import { assertRefusals } from './refusals.ts'
import type { World } from './world.ts'

/** What is different in every signed token and its answer; it must be there, in the same form. */
const CHANGING = new Set(['iat', 'nbf', 'exp', 'jti', 'issued_at'])
/** Of what has just been made. */
const NEW = new Set(['created', 'token'])
const STATIC_TOKEN = /^QUAYROBOT[A-Z0-9]{55}$/
/** How to start each server; the last one is the service over the yardstick's database. */
interface Starts {
  service: () => Promise<ServerProcess>
  yardstick: () => Promise<ServerProcess>
  serviceOverYardstick: () => Promise<ServerProcess>
}

/**
 * Makes sure that the yardstick does what the service does: every request is answered alike (status, headers and
 * body, with tokens that verify), wrong credentials are refused, what is written can be read afterwards, and stands in
 * the log in the same words.
 *
 * @throws Error that names the operation
 */
export async function assertSameWork(operations: Operation[], world: World, starts: Starts) {
  const records = []
  const [service, yardstick] = await Promise.all([starts.service(), starts.yardstick()])
  const ports = { service: service.port, yardstick: yardstick.port }
  try {
    await assertEqualAnswers(operations, ports)
    records.push(await recordsIn(service, world))
    await assertRefusals(operations, ports)
  } finally {
    await Promise.all([service.stop(), yardstick.stop()])
  }
  const reader = await starts.serviceOverYardstick()
  try {
    records.push(await recordsIn(reader, world))
  } finally {
    await reader.stop()
  }
  const [expected, actual] = records
  if (!isDeepStrictEqual(actual, expected))
    throw new Error(`what is left in the database: ${difference(actual, expected)}`)
}

/** What a database tells of the requests: the log, and the robots that have been used. */
const recordsIn = async (server: ServerProcess, world: World) => ({
  log: await logsOf(server, world),
  used: await usedRobots(server, world),
})

async function usedRobots({ port }: ServerProcess, { apiToken }: World) {
  const headers = { authorization: `Bearer ${apiToken}` }
  const path = '/api/v1/organization/acme/robots?token=false'
  const { robots } = (await ask(port, { method: 'GET', path, headers })).body as {
    robots: { name: string; last_accessed: string | null }[]
  }
  return robots.filter(({ last_accessed }) => last_accessed !== null).map(({ name }) => name)
}

/**
 * All entries of both organizations, but those of shown secrets: of the thousands of requests a second that show some
 * they are one a minute.
 */
async function logsOf({ port }: ServerProcess, { apiToken }: World) {
  const headers = { authorization: `Bearer ${apiToken}` }
  const entries = []
  for (const organization of ['acme', 'written']) {
    let next: string | undefined = ''
    while (next !== undefined) {
      const path = `/api/v1/organization/${organization}/logs${next && `?next_page=${next}`}`
      const page = (await ask(port, { method: 'GET', path, headers })).body as LogPage
      next = page.next_page
      for (const { datetime, ...entry } of page.logs) {
        if (entry.kind.startsWith('reveal_')) continue
        entries.push({ ...entry, metadata: { ...entry.metadata, token_id: undefined } })
      }
    }
  }
  return entries
}

interface LogPage {
  logs: { datetime: string; kind: string; metadata: object }[]
  next_page?: string
}

async function assertEqualAnswers(
  operations: Operation[],
  ports: { service: number; yardstick: number },
): Promise<void> {
  const jwks = await fetch(`http://127.0.0.1:${ports.service}/.well-known/jwks.json`)
  const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
  for (const operation of operations) {
    for (const request of operation.requests.map(numbered)) {
      const asked = await ask(ports.service, request)
      const answered = await ask(ports.yardstick, request)
      const bodyOf = ({ body }: Seen) =>
        comparable(operation.kind === 'write' ? withoutNews(body) : body, keys)
      const expected = { ...asked, body: await bodyOf(asked) }
      const actual = { ...answered, body: await bodyOf(answered) }
      if (asked.status !== operation.status || !isDeepStrictEqual(actual, expected)) {
        throw new Error(`${operation.name}: ${difference(actual, expected)}`)
      }
      if (operation.kind === 'write') {
        await assertWritten(ports.service, request, asked, operation.name)
        await assertWritten(ports.yardstick, request, answered, operation.name)
      }
    }
  }
}

const numbered = (request: Request) => ({ ...request, path: request.path.replace('{n}', '-first') })

function difference(actual: unknown, expected: unknown) {
  const [yardstick, service] = [JSON.stringify(actual), JSON.stringify(expected)]
  const from = [...service].findIndex((character, index) => character !== yardstick[index])
  const around = (text: string) => text.slice(Math.max(0, from - 100), from + 200)
  return `the yardstick answers\n  ${around(yardstick)}\nwhere the service answers\n  ${around(service)}`
}

async function assertWritten(port: number, request: Request, answer: Seen, name: string) {
  const path = request.path.replace('/regenerate', '')
  const { authorization = '' } = request.headers
  const read = await ask(port, { method: 'GET', path, headers: { authorization } })
  const tokenOf = ({ body }: Seen) => (body as { token?: string }).token
  if (tokenOf(read) !== tokenOf(answer)) throw new Error(`${name}: not written`)
}

/** The answer to a change, without what only that side could know. */
const withoutNews = (body: unknown) =>
  Object.fromEntries(
    Object.entries(body as object).map(([key, value]) =>
      NEW.has(key)
        ? [key, STATIC_TOKEN.test(value) ? '(a static token)' : typeof value]
        : [key, value],
    ),
  )

/** The answer with what changes replaced, and signed tokens verified and opened. */
async function comparable(
  value: unknown,
  keys: ReturnType<typeof createLocalJWKSet>,
): Promise<unknown> {
  if (typeof value === 'string') {
    if (value.split('.').length !== 3 || !value.startsWith('ey')) return value
    const { protectedHeader, payload } = await jwtVerify(value, keys)
    return comparable({ protectedHeader, payload }, keys)
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => comparable(item, keys)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([key, item]) => [
    key,
    CHANGING.has(key) ? typeof item : await comparable(item, keys),
  ])
  const { iat, exp } = value as { iat?: number; exp?: number }
  const life = iat === undefined || exp === undefined ? {} : { life: exp - iat }
  return { ...Object.fromEntries(await Promise.all(entries)), ...life }
}

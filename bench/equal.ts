import { isDeepStrictEqual } from 'node:util'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { Connection } from './load/connection.ts'
import { bytesOf, type Request } from './load/requests.ts'
import type { Operation } from './operations.ts'

interface Seen {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** What is different in every answer; it must be there, in the same form. */
const CHANGING = new Set(['iat', 'nbf', 'exp', 'jti', 'issued_at', 'created', 'date'])
const STATIC_TOKEN = /^QUAYROBOT[A-Z0-9]{55}$/
/** Headers of the connection, and of the request alone. */
const OWN_HEADERS = new Set(['date', 'connection', 'keep-alive', 'content-length', 'x-request-id'])

/**
 * Makes sure that the yardstick gives the answers of the service: status, headers and body, with
 * tokens that verify, and that what it writes can be read afterwards.
 *
 * @throws Error that names the operation
 */
export async function assertEqualAnswers(
  operations: Operation[],
  ports: { service: number; yardstick: number },
): Promise<void> {
  const jwks = await fetch(`http://127.0.0.1:${ports.service}/.well-known/jwks.json`)
  const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
  for (const operation of operations) {
    const request = numbered(operation.requests[0] as Request)
    const asked = await ask(ports.service, request)
    const answered = await ask(ports.yardstick, request)
    const expected = { ...asked, body: await comparable(asked.body, keys) }
    const actual = { ...answered, body: await comparable(answered.body, keys) }
    if (asked.status !== operation.status || !isDeepStrictEqual(actual, expected)) {
      throw new Error(`${operation.name}: ${difference(actual, expected)}`)
    }
    if (operation.kind === 'write') {
      await assertWritten(ports.service, request, asked, operation.name)
      await assertWritten(ports.yardstick, request, answered, operation.name)
    }
  }
}

function difference(actual: unknown, expected: unknown) {
  const [yardstick, service] = [JSON.stringify(actual), JSON.stringify(expected)]
  const from = [...service].findIndex((character, index) => character !== yardstick[index])
  const around = (text: string) => text.slice(Math.max(0, from - 100), from + 200)
  return `the yardstick answers\n  ${around(yardstick)}\nwhere the service answers\n  ${around(service)}`
}

const numbered = (request: Request) => ({ ...request, path: request.path.replace('{n}', '-first') })

async function assertWritten(port: number, request: Request, answer: Seen, name: string) {
  const path = request.path.replace('/regenerate', '')
  const { authorization = '' } = request.headers
  const read = await ask(port, { method: 'GET', path, headers: { authorization } })
  const tokenOf = ({ body }: Seen) => (body as { token?: string }).token
  if (tokenOf(read) !== tokenOf(answer)) throw new Error(`${name}: not written`)
}

async function ask(port: number, request: Request): Promise<Seen> {
  const connection = new Connection(port)
  const { status, head, body } = await connection.send(bytesOf(request))
  connection.close()
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': ', 2) as [string, string])
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !OWN_HEADERS.has(name))
    .sort()
  return { status, headers: Object.fromEntries(headers), body: JSON.parse(body.toString()) }
}

/** The answer with what changes replaced, and signed tokens verified and opened. */
async function comparable(
  value: unknown,
  keys: ReturnType<typeof createLocalJWKSet>,
): Promise<unknown> {
  if (typeof value === 'string') {
    if (STATIC_TOKEN.test(value)) return '(a static token)'
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
  return Object.fromEntries(await Promise.all(entries))
}

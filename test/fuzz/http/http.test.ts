import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LOOPBACK } from '../../helpers/federation.ts'
import { type RawAnswer, type RawRequest, send } from '../../helpers/raw-http.ts'
import { startService } from '../../helpers/service.ts'
import { type HostileIssuer, startHostileIssuer } from '../../oidc/hostile-issuer.ts'
import { buildWorld } from '../../openapi/security-world.ts'
import { FUZZ_FACTOR, FUZZ_SEED } from '../settings.ts'
import { hostileText } from '../texts.ts'
import { type Body, bodiesOf } from './body.ts'
import { type Callers, headersOf, makeCallers } from './callers.ts'
import { undeclared } from './contract.ts'
import { OPERATIONS, type Target } from './document.ts'
import { type Names, pathsOf, queriesOf } from './url.ts'

// Every operation of the document, called well and badly by all sorts of callers. Each round has a service of its
// own, which the requests change.

const ROUNDS = Math.ceil(4 * FUZZ_FACTOR)
const REQUESTS = 600

/** No answer takes longer on the slowest machine (ms). */
const DEADLINE = 20_000

/** Of HTTP itself, whatever the operation: Node refuses longer heads (bytes). */
const LONGEST_HEAD = 16_000
/** Surely read before the connection is closed (bytes). */
const SMALL_BODY = 16_384

let issuer: HostileIssuer

beforeAll(async () => {
  issuer = await startHostileIssuer()
})
afterAll(() => issuer.close())

const rounds = Array.from({ length: ROUNDS }, (_, index) => (FUZZ_SEED + index) | 0)

it.each(rounds)(
  'every answer is declared, and none is a fault of the service: FUZZ_SEED=%i',
  { timeout: 300_000 },
  async (seed) => {
    const config = { ...LOOPBACK, superusersFullAccess: true }
    const service = await startService({ config })
    try {
      const world = await buildWorld(service)
      const callers = await makeCallers(service, world, issuer)
      const { existing, absent } = world
      const known = [...Object.values(existing), ...Object.values(absent), 'acme+deployer', 'carol']
      const all = fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...known) },
        { weight: 1, arbitrary: hostileText },
      )
      const requests = requestsOf({ existing, absent, all }, callers)
      const property = fc.asyncProperty(requests, async ({ target, request }) => {
        expect(await problemOf(service.url, target, request)).toBeUndefined()
      })
      await fc.assert(property, { seed, numRuns: REQUESTS })
    } finally {
      await service.close()
    }
  },
)

interface Case {
  target: Target
  request: RawRequest
}

const requestsOf = (names: Names, callers: Callers): fc.Arbitrary<Case> =>
  fc.constantFrom(...OPERATIONS).chain((target) =>
    fc
      .tuple(
        pathsOf(target, names),
        queriesOf(target, names),
        headersOf(target, callers),
        bodiesOf(target, names),
      )
      .map(([path, query, headers, body]) => {
        const method = target.method.toUpperCase()
        const request = { method, path: path + query, ...withBody(headers, body) }
        return { target, request, [fc.toStringMethod]: () => brief(target, request) }
      }),
  )

/** What a failing test prints. */
const brief = ({ operation }: Target, request: RawRequest) =>
  `${operation.operationId} ${fc.stringify(request).slice(0, 2_000)}`

const withBody = (headers: RawRequest['headers'], { contentType, content }: Body) => ({
  headers: { ...headers, ...(contentType !== undefined && { 'content-type': contentType }) },
  ...(content !== undefined && { body: content }),
})

async function problemOf(url: string, target: Target, request: RawRequest) {
  const answer = await answerOf(url, request)
  if (answer === undefined) return undefined
  if (answer.status >= 500) return `fault ${answer.status}: ${answer.text}`
  if (answer.status === 431 && headLength(request) > LONGEST_HEAD) return undefined
  return undeclared(target, answer)
}

/** Undefined where the service hung up on a body that it did not read, which Node does. */
async function answerOf(url: string, request: RawRequest): Promise<RawAnswer | undefined> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), DEADLINE)
  })
  try {
    return await Promise.race([send(url, request), deadline])
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isCut = code === 'ECONNRESET' || code === 'EPIPE'
    if (isCut && Buffer.byteLength(request.body ?? '') > SMALL_BODY) return undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const headLength = ({ path, headers }: RawRequest) => path.length + JSON.stringify(headers).length

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LOOPBACK } from '../../helpers/federation.ts'
import { type Issuer, startIssuer } from '../../helpers/issuer.ts'
import { type RawAnswer, type RawRequest, send } from '../../helpers/raw-http.ts'
import { PASSWORD } from '../../helpers/service.ts'
import { startStage } from '../../helpers/stage.ts'
import { type EveryObject, makeEveryObject } from '../../openapi/every-object.ts'
import { FUZZ_FACTOR, FUZZ_SEED } from '../settings.ts'
import { hostileText } from '../texts.ts'
import { type Body, bodiesOf } from './body.ts'
import { type Callers, headersOf, makeCallers } from './callers.ts'
import { createContract } from './contract.ts'
import { DOCUMENTS, type Target } from './document.ts'
import type { Source } from './json.ts'
import { type Names, pathsOf, queriesOf } from './url.ts'

// Every operation of the document, called well and badly by all sorts of callers. Each round has a service of its
// own, which the requests change.

const ROUNDS = Math.ceil(4 * FUZZ_FACTOR)
/** To each operation, on average. */
const REQUESTS = 8

/** No answer takes longer on the slowest machine (ms). */
const DEADLINE = 20_000

/** Of HTTP itself, whatever the operation: Node refuses longer heads (bytes). */
const LONGEST_HEAD = 48_000
/** Surely read before the connection is closed (bytes). */
const SMALL_BODY = 16_384

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

const rounds = Array.from({ length: ROUNDS }, (_, index) => (FUZZ_SEED + index) | 0)

/** By operation, whether it was called, and whether it did what it is for. */
const reached = new Map<string, boolean>()

it.each(rounds)(
  'every answer is declared, and none is a fault of the service: FUZZ_SEED=%i',
  { timeout: 300_000 },
  async (seed) => {
    const spoken = DOCUMENTS[Math.abs(seed) % DOCUMENTS.length] ?? DOCUMENTS[0]
    if (!spoken) throw new Error('there is no document')
    const { apiProfile, document, operations } = spoken
    const metricsToken = 'token-of-prometheus'
    const config = { ...LOOPBACK, superusersFullAccess: true, apiProfile, metricsToken }
    const stage = await startStage({ config })
    const undeclared = createContract(document, operations)
    try {
      const objects = await makeEveryObject(stage)
      const callers = await makeCallers(stage, objects, issuer)
      const names = namesOf(objects)
      const requests = requestsOf({ document, names }, operations, callers)
      const property = fc.asyncProperty(requests, async ({ target, request }) => {
        const { operationId } = target.operation
        const answer = await answerOf(stage.url, request)
        const isGood = answer !== undefined && answer.status < 300
        reached.set(operationId, reached.get(operationId) || isGood)
        expect(problemOf(answer, { target, request }, undeclared)).toBeUndefined()
      })
      await fc.assert(property, { seed, numRuns: REQUESTS * operations.length })
    } finally {
      await stage.close()
    }
  },
)

it('nearly every operation was called, and most did what they are for', () => {
  const all = DOCUMENTS[0]?.operations.map(({ operation }) => operation.operationId) ?? []
  const missing = all.filter((id) => !reached.has(id))
  expect(missing.length, `not called: ${missing}`).toBeLessThan(all.length / 10)
  const failed = all.filter((id) => !reached.get(id))
  expect(failed.length, `never succeeded: ${failed}`).toBeLessThan(all.length / 3)
})

function namesOf(objects: EveryObject): Names {
  const { existing, existingIn, absent, application, robot, appToken } = objects
  const known = [...Object.values(existing), ...Object.values(absent), 'acme+deployer', 'carol']
  return {
    existingIn,
    absent,
    all: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...known) },
      { weight: 1, arbitrary: hostileText },
    ),
    fields: {
      grant_type: ['client_credentials', 'password', 'refresh_token'],
      scope: ['org:admin', 'repo:read repo:write', 'repository:acme/team/web:pull'],
      scopes: ['org:admin', 'repo:read', 'super:user'],
      username: [robot.name, 'bob', '$app', 'newcomer'],
      password: [robot.token, PASSWORD, appToken, 'short'],
      token: [robot.token, appToken, 'x.y.z'],
      client_id: [application.id],
      client_secret: [application.secret],
      email: ['someone@example.com', 'bob@example.com'],
      issuer: [issuer.issuer, 'https://issuer.example'],
    },
  }
}

interface Case {
  target: Target
  request: RawRequest
}

const requestsOf = (source: Source, operations: Target[], callers: Callers): fc.Arbitrary<Case> =>
  fc.constantFrom(...operations).chain((target) =>
    fc
      .tuple(
        pathsOf(target, source.names),
        queriesOf(target, source.names),
        headersOf(target, callers),
        bodiesOf(target, source),
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

function problemOf(
  answer: RawAnswer | undefined,
  { target, request }: Case,
  undeclared: ReturnType<typeof createContract>,
) {
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

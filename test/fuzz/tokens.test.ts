import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exchangeOf, federate, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { hostileValue } from './http/json.ts'
import { searching } from './settings.ts'
import { hostileText } from './texts.ts'

// Whatever is changed in a token that is good, it is good no more.

/** Seconds. */
const YEAR = 31_536_000

let stage: Stage
/** How much the service's clock is ahead (ms). */
let ahead = 0
let issuer: Issuer
let identityToken: string
let robotToken: string
let registryToken: string

beforeAll(async () => {
  const surroundings = { clock: () => new Date(Date.now() + ahead) }
  stage = await startStage({
    config: { ...LOOPBACK, robotTokenTtl: YEAR, registryTokenTtl: YEAR },
    surroundings,
  })
  issuer = await startIssuer()
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  robotToken = await federate(stage, 'acme+ci', issuer)
  identityToken = await issuer.mint({ exp: Math.floor(Date.now() / 1000) + YEAR })
  registryToken = (await login(robotToken)).body.token
})
afterAll(async () => {
  await issuer?.close()
  await stage?.close()
})

const pass = (seconds: number) => {
  ahead += seconds * 1_000
}

/** Fewer tries than the service lets fail in a minute. */
const login = (password: string) => {
  pass(2)
  return stage.api.login('acme+ci', password)
}
/** No more than one that may be signed by a new key: of others it is not known in that minute. */
const exchange = (token: string) => {
  pass(60)
  return exchangeOf(stage.url).basic('acme+ci', token)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

type Change = (token: string) => string

/** One character somewhere, which the last of a part may survive: it can carry bits that mean nothing. */
const characterChanges = fc.tuple(fc.nat(), fc.constantFrom(...'AZaz09-_.=+/ é')).map(
  ([place, char]): Change =>
    (token) => {
      const index = place % token.length
      return token.slice(0, index) + char + token.slice(index + 1)
    },
)

const lengthChanges = fc.tuple(fc.nat(), fc.constantFrom('', '.', 'A', '=', 'é')).map(
  ([place, text]): Change =>
    (token) => {
      const index = place % token.length
      return text === '' ? token.slice(0, index) : token.slice(0, index) + text + token.slice(index)
    },
)

const partChanges = fc
  .tuple(fc.nat({ max: 2 }), fc.oneof(hostileText, hostileValue.map(encode)))
  .map(
    ([part, text]): Change =>
      (token) =>
        token.split('.').with(part, text).join('.'),
  )

const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'robot_id',
  'credential_id',
  '__proto__',
]
const HEADERS = ['alg', 'kid', 'typ', 'crit', 'jwk', 'jku', 'x5u', 'x5c', 'b64', 'zip', 'cty']

/** A claim or a header with another value, under the old signature. */
const fieldChanges = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...HEADERS).map((key): [number, string] => [0, key]),
      fc.constantFrom(...CLAIMS).map((key): [number, string] => [1, key]),
    ),
    fc.oneof(hostileValue, fc.constantFrom('none', 'HS256', 'ES256', 'RS256', 4_102_444_800)),
  )
  .map(
    ([[part, key], value]): Change =>
      (token) => {
        const parts = token.split('.')
        const fields = decode(parts[part] ?? '')
        return parts.with(part, encode({ ...fields, [key]: value })).join('.')
      },
  )

const changes = fc.oneof(characterChanges, lengthChanges, partChanges, fieldChanges)

/** Same bytes in another spelling are the same token: what base64url decodes to is what is signed or not. */
const isSame = (changed: string, token: string) => {
  const [one, other] = [changed.split('.'), token.split('.')]
  const isSamePart = (part: string, index: number) =>
    index < 2
      ? part === other[index]
      : Buffer.from(part, 'base64url').equals(Buffer.from(other[index] ?? '', 'base64url'))
  return one.length === 3 && one.every(isSamePart)
}

const refusesChanges = (
  tokenOf: () => string,
  use: (token: string) => PromiseLike<{ status: number; text: string }>,
) =>
  fc.assert(
    fc.asyncProperty(changes, async (change) => {
      const changed = change(tokenOf())
      fc.pre(!isSame(changed, tokenOf()))
      const { status, text } = await use(changed)
      expect(status, `${changed}: ${text}`).toBe(401)
    }),
    searching(300),
  )

it('refuses every change of an identity token', async () => {
  expect((await exchange(identityToken)).status).toBe(200)
  await refusesChanges(() => identityToken, exchange)
  expect((await exchange(identityToken)).status).toBe(200)
})

it('refuses every change of a robot token', async () => {
  expect((await login(robotToken)).status).toBe(200)
  await refusesChanges(() => robotToken, login)
  expect((await login(robotToken)).status).toBe(200)
})

it('takes no token for another kind of token', async () => {
  expect((await exchange(robotToken)).status).toBe(401)
  expect((await exchange(registryToken)).status).toBe(401)
  expect((await login(identityToken)).status).toBe(401)
  expect((await login(registryToken)).status).toBe(401)
  await refusesChanges(() => registryToken, login)
})

it('answers any text for a token with 401', async () => {
  const texts = fc.oneof(
    hostileText,
    fc.array(hostileText, { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
  )
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const sent = text.toWellFormed().slice(0, 4_000)
      expect((await exchange(sent)).status).toBe(401)
      expect((await login(sent)).status).toBe(401)
    }),
    searching(100),
  )
})

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import type { Client } from '../helpers/api.ts'
import { DOORS } from '../helpers/exchange-doors.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { mayAct } from '../helpers/reference-judge.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { hostileValue } from './http/json.ts'
import { FUZZ_FACTOR, FUZZ_SEED } from './settings.ts'
import { hostileText } from './texts.ts'

// Entries and tokens at random, over HTTP: whoever is admitted is whom the plainer judge admits, by either exchange, and to
// who tries the token.

let stage: Stage
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({ config: LOOPBACK })
  await stage.people('alice')
  await stage.robot('alice+ci')
  alice = await stage.client('alice', 'user:admin')
})
afterAll(async () => {
  await stage.close()
  await issuer.close()
})

const text = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'a', 'a', 'a:b', 'a/b') },
  hostileText,
)
const pattern = fc.constantFrom('a*', 'a**', 'a:*', '\\a', 'a\\')
const scalar = fc.oneof(text, fc.constantFrom(1, true, 1.5))
const name = fc.oneof({ weight: 10, arbitrary: fc.constantFrom('x', '/y/0', '/z/x') }, hostileText)
const condition = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 4, arbitrary: fc.array(scalar, { minLength: 1, maxLength: 3 }) },
  { weight: 4, arbitrary: fc.oneof(pattern, text).map((glob) => ({ glob })) },
  hostileValue,
)
const entry = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: text.map((subject) => ({ subject })) },
      pattern.map((subject) => ({ subject, subject_match: 'glob' })),
    ),
    fc.record(
      {
        audiences: fc.array(text, { minLength: 1, maxLength: 2 }),
        claims: fc.dictionary(name, condition, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
        max_token_age: fc.constantFrom(60, 300, 300, 0),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([one, two]) => ({ ...one, ...two }))
const claims = fc.record(
  {
    x: fc.oneof({ weight: 6, arbitrary: scalar }, hostileValue),
    y: fc.array(scalar, { maxLength: 2 }),
    z: fc.record({ x: scalar }),
    aud: fc.oneof(text, fc.array(text, { maxLength: 2 })),
  },
  { requiredKeys: [] },
)
const round = fc.tuple(
  fc.array(entry, { minLength: 1, maxLength: 2 }),
  fc.array(fc.tuple(text, claims, fc.constantFrom(0, 100)), { minLength: 4, maxLength: 4 }),
)

it('admits whom the plainer judge admits, and answers everything that is asked', async () => {
  const seen = { stored: 0, admitted: 0, refused: 0 }
  const numRuns = Math.ceil(150 * FUZZ_FACTOR)
  for (const [parts, tokens] of fc.sample(round, { seed: FUZZ_SEED, numRuns })) {
    const entries = parts.map((one) => ({ issuer: issuer.issuer, ...one })) as FederationEntry[]
    const { status } = await alice.post('/api/v1/user/robots/ci/federation', entries)
    expect([200, 400], JSON.stringify(entries)).toContain(status)
    if (status === 400) continue
    seen.stored++
    for (const [sub, fields, age] of tokens) {
      const iat = Math.floor(Date.now() / 1000) - age
      const all = { iat, exp: iat + 3600, ...fields }
      const token = await issuer.mint({ sub, ...all })
      const sent = { url: stage.url, robot: 'alice+ci', token }
      const answer = await DOORS['GET, Basic'].send(sent)
      const oauth = await DOORS['/sts/token'].send(sent)
      const tried = await alice.post('/api/v1/user/robots/ci/federation/test', { token })
      const { aud = [] } = fields
      const who = { issuer: issuer.issuer, subject: sub, audiences: [aud].flat(), claims: all }
      const expected = sub !== '' && mayAct(entries, who, Math.floor(Date.now() / 1000))
      const context = `seed ${FUZZ_SEED}: ${JSON.stringify([entries, sub, all, answer.body])}`
      // Whoever was refused often is told to slow down.
      expect(expected ? [200] : [401, 429], context).toContain(answer.status)
      expect(expected ? [200] : [400, 429], context).toContain(oauth.status)
      expect([tried.status, tried.body.admitted], context).toEqual([200, expected])
      expected ? seen.admitted++ : seen.refused++
    }
  }
  expect(Math.min(seen.stored, seen.admitted, seen.refused) / numRuns).toBeGreaterThan(0.05)
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClaimCondition } from '../../src/domain/claim-conditions.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { type ExternalIdentity, judge } from '../../src/domain/federation-verdict.ts'
import { mayAct } from '../helpers/reference-judge.ts'
import { always } from './settings.ts'

// Few values, so that they meet.

const NOW = new Date('2026-11-29T12:00:00Z')
const ISSUED = NOW.getTime() / 1000

const issuer = fc.constantFrom('https://a', 'https://a', 'https://b')
const text = fc.constantFrom('a', 'a', 'b', 'a:b', '*')
const pattern = fc.constantFrom('*', '**', 'a*', 'a:*', 'b', '\\*')
const name = fc.constantFrom('x', 'x', 'y', '/y', '/z/x', '/z/0', 'toString')
const scalar = fc.oneof(text, text, fc.constantFrom(1, true))
const condition: fc.Arbitrary<ClaimCondition> = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
  pattern.map((glob) => ({ glob })),
)
const subject = fc.oneof(
  text.map((value) => ({ subject: value })),
  pattern.map((value) => ({ subject: value, subject_match: 'glob' as const })),
)
const conditions = {
  audiences: fc.array(text, { minLength: 1, maxLength: 2 }),
  claims: fc.dictionary(name, condition, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  max_token_age: fc.constantFrom(1, 60, 3600),
  issuer_ref: fc.constant('r'),
}
const KEYS = Object.keys(conditions) as (keyof typeof conditions)[]
const entry: fc.Arbitrary<FederationEntry> = fc
  .tuple(fc.record({ issuer }), subject, fc.record(conditions), fc.subarray(KEYS, { maxLength: 1 }))
  .map(([one, two, all, keys]) =>
    Object.assign({}, one, two, Object.fromEntries(keys.map((key) => [key, all[key]]))),
  )
const entries = fc.array(entry, { maxLength: 4 })
const few = fc.array(entry, { maxLength: 1 })

const claim = fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 2 }))
const identity: fc.Arbitrary<ExternalIdentity> = fc
  .record({
    issuer,
    subject: text,
    audiences: fc.array(text, { maxLength: 2 }),
    issuerRef: fc.constantFrom(undefined, undefined, 'r'),
    claims: fc.record(
      {
        x: claim,
        y: claim,
        z: fc.oneof(claim, fc.record({ x: claim })),
      },
      { requiredKeys: [] },
    ),
    age: fc.constantFrom(0, 30, 1000),
  })
  .map(({ age, claims, ...rest }) => ({ ...rest, claims: { ...claims, iat: ISSUED - age } }))

const admits = (list: readonly FederationEntry[], who: ExternalIdentity) =>
  'entry' in judge(list, who, NOW, { federationAudiences: 'optional' })

/** The same with one condition more, or one of the claims more. */
const stricter = (one: FederationEntry) =>
  fc.oneof(
    fc.record(conditions).chain((all) =>
      fc.constantFrom(
        ...Object.entries(all)
          // Another record has other keys, not fewer.
          .filter(([key]) => !(key in one) && key !== 'issuer_ref')
          .map(([key, value]) => ({ ...one, [key]: value })),
        one,
      ),
    ),
    fc
      .dictionary(name, condition, { minKeys: 1, maxKeys: 1, noNullPrototype: true })
      .map((claims) => ({ ...one, claims: { ...claims, ...one.claims } })),
  )

it('admits no more once a condition is added', () => {
  let [tried, admitted, refused] = [0, 0, 0]
  always(
    fc.tuple(few, entry, few, identity).chain(([before, one, after, who]) =>
      fc.tuple(
        fc.constant([...before, one, ...after]),
        stricter(one).map((more) => [...before, more, ...after]),
        fc.constant(who),
      ),
    ),
    ([list, more, who]) => {
      tried++
      if (admits(more, who)) {
        admitted++
        expect(admits(list, who)).toBe(true)
      } else if (admits(list, who)) refused++
    },
    4000,
  )
  expect(Math.min(admitted, refused) / tried).toBeGreaterThan(0.01)
})

it('admits what a plainer judge admits, and nothing else', () => {
  let [tried, admitted] = [0, 0]
  always(
    fc.tuple(entries, identity),
    ([list, who]) => {
      tried++
      const expected = mayAct(list, who, ISSUED)
      if (expected) admitted++
      expect(admits(list, who), JSON.stringify([list, who])).toBe(expected)
    },
    4000,
  )
  expect(admitted / tried).toBeGreaterThan(0.1)
})

it('admits by an entry without conditions what it always did', () => {
  const plain = fc
    .record({ issuer, subject: text })
    .chain((one) =>
      fc
        .option(conditions.audiences, { nil: undefined })
        .map((audiences) => ({ ...one, audiences })),
    )
  always(
    fc.tuple(fc.array(plain, { maxLength: 4 }), identity),
    ([list, who]) => {
      const expected = list.some(
        (one) =>
          who.issuerRef === undefined &&
          one.issuer === who.issuer &&
          one.subject === who.subject &&
          (one.audiences === undefined ||
            one.audiences.some((audience) => who.audiences.includes(audience))),
      )
      expect(admits(list, who)).toBe(expected)
    },
    2000,
  )
})

it('admits by no entry what it does not admit by that entry alone', () => {
  always(fc.tuple(entries, identity), ([list, who]) => {
    expect(admits(list, who)).toBe(list.some((one) => admits([one], who)))
  })
})

import { expect, it } from 'vitest'
import type { ClaimCondition } from '../../src/domain/claim-conditions.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { type ExternalIdentity, judge as judgeBy } from '../../src/domain/federation-verdict.ts'

const ISSUER = 'https://ci.example'
const NOW = new Date('2026-11-29T12:00:00Z')
const ISSUED = NOW.getTime() / 1000

const entry = (fields: Partial<FederationEntry> = {}): FederationEntry => ({
  issuer: ISSUER,
  subject: 'a',
  ...fields,
})
const identity = (fields: Partial<ExternalIdentity> = {}): ExternalIdentity => ({
  issuer: ISSUER,
  subject: 'a',
  audiences: [],
  ...fields,
  claims: { iat: ISSUED, ...fields.claims },
})
const OTHER = 'https://other.example'
const ANY_AUDIENCE = { federationAudiences: 'optional' } as const

const judge = <Entry extends FederationEntry>(
  entries: readonly Entry[],
  who: ExternalIdentity,
  now: Date,
) => judgeBy(entries, who, now, ANY_AUDIENCE)

it('admits an identity by the first entry whose checks all hold', () => {
  const entries = [
    entry({ issuer: OTHER }),
    entry({ subject: 'b' }),
    entry({ audiences: ['x'] }),
    entry({ audiences: ['x', 'y'] }),
    entry({ audiences: ['y'] }),
  ]
  expect(judge(entries, identity({ audiences: ['z', 'y'] }), NOW)).toMatchObject({
    entry: entries[3],
  })
  expect(judge(entries, identity({ subject: 'b' }), NOW)).toMatchObject({ entry: entries[1] })
})

const CLAIMS = {
  iat: ISSUED,
  repository_id: '777',
  run: 7,
  protected: true,
  event: 'push',
  groups: ['dev', 'ops'],
  nested: { 'kubernetes.io': { 'a/b': 'uid', list: ['zero', { '~': 'tilde', '~1': 'both' }] } },
  nothing: null,
}

it.each<[Partial<FederationEntry>, boolean]>([
  [{ claims: { repository_id: '777' } }, true],
  [{ claims: { repository_id: '778' } }, false],
  [{ claims: { repository_id: 777 } }, false],
  [{ claims: { run: 7 } }, true],
  [{ claims: { run: '7' } }, false],
  [{ claims: { protected: true } }, true],
  [{ claims: { protected: 'true' } }, false],
  [{ claims: { protected: 1 } }, false],
  [{ claims: { event: ['release', 'push'] } }, true],
  [{ claims: { event: ['release'] } }, false],
  [{ claims: { event: { glob: 'p*h' } } }, true],
  [{ claims: { event: { glob: 'P*' } } }, false],
  [{ claims: { run: { glob: '*' } } }, false],
  [{ claims: { groups: 'ops' } }, true],
  [{ claims: { groups: ['x', 'dev'] } }, true],
  [{ claims: { groups: { glob: 'o*' } } }, true],
  [{ claims: { groups: 'dev,ops' } }, false],
  [{ claims: { nothing: 'null' } }, false],
  [{ claims: { missing: { glob: '**' } } }, false],
  [{ claims: { nested: { glob: '**' } } }, false],
  [{ claims: { toString: { glob: '**' } } }, false],
  [{ claims: { '/nested/kubernetes.io/a~1b': 'uid' } }, true],
  [{ claims: { '/nested/kubernetes.io/list/0': 'zero' } }, true],
  [{ claims: { '/nested/kubernetes.io/list/1/~0': 'tilde' } }, true],
  [{ claims: { '/nested/kubernetes.io/list/1/~01': 'both' } }, true],
  [{ claims: { '/nested/kubernetes.io/list/00': 'zero' } }, false],
  [{ claims: { '/nested/kubernetes.io/list/length': 2 } }, false],
  [{ claims: { '/repository_id/length': 3 } }, false],
  [{ claims: { 'nested/kubernetes.io': 'uid' } }, false],
  [{ claims: { repository_id: '777', run: 7 } }, true],
  [{ claims: { repository_id: '777', run: 8 } }, false],
  [{ max_token_age: 60 }, true],
  [{ issuer_ref: 'record' }, false],
  [{ subject: '*', subject_match: 'glob' }, true],
  [{ subject: '*' }, false],
])('judges one more condition: %j: %s', (fields, admitted) => {
  const verdict = judge([entry(fields)], identity({ claims: CLAIMS }), NOW)
  expect('entry' in verdict).toBe(admitted)
})

it.each([
  [60, true],
  [61, false],
  [-30, true],
])('lets a token be no older than the entry says: %i s', (age, admitted) => {
  const old = identity({ claims: { iat: ISSUED - age } })
  expect('entry' in judge([entry({ max_token_age: 60 })], old, NOW)).toBe(admitted)
})

it('takes keys of an issuer record for what the entry with that record trusts, and for nothing else', () => {
  const [published, one, two] = [
    entry(),
    entry({ issuer_ref: 'one' }),
    entry({ issuer_ref: 'two' }),
  ]
  const verdict = (issuerRef?: string) => judge([published, one, two], identity({ issuerRef }), NOW)
  expect(verdict()).toMatchObject({ entry: published })
  expect(verdict('one')).toMatchObject({ entry: one })
  expect(verdict('two')).toMatchObject({ entry: two })
  expect(verdict('three')).toMatchObject({ code: 'not_configured' })
})

it.each<[FederationEntry[], ExternalIdentity, string, string]>([
  [[], identity(), 'not_configured', 'Robot does not have federated login configured'],
  [
    [entry()],
    identity({ issuer: `${ISSUER}/` }),
    'not_configured',
    `issuer ${ISSUER}/ not configured for this robot`,
  ],
  [[entry()], identity({ subject: 'A' }), 'subject_mismatch', 'Token does not match robot'],
  [
    [entry(), entry({ subject: 'b', issuer: OTHER })],
    identity({ subject: 'b' }),
    'subject_mismatch',
    'Token does not match robot',
  ],
  [
    [entry({ audiences: ['x'] })],
    identity({ audiences: ['y'] }),
    'audience_mismatch',
    "Invalid token: Audience doesn't match",
  ],
  [
    [entry({ audiences: ['x'] })],
    identity(),
    'audience_mismatch',
    'Invalid token: Token is missing the "aud" claim',
  ],
  [
    [entry({ claims: { repository_id: '778' } })],
    identity({ claims: CLAIMS }),
    'claim_mismatch',
    'claim_mismatch: repository_id is 777',
  ],
  [
    [entry({ claims: { groups: 'root' } })],
    identity({ claims: CLAIMS }),
    'claim_mismatch',
    'claim_mismatch: groups is ["dev","ops"]',
  ],
  [
    [entry({ claims: { repository_owner_id: '1' } })],
    identity(),
    'claim_mismatch',
    'claim_mismatch: repository_owner_id is missing',
  ],
  [
    [entry({ claims: { long: 'short' } })],
    identity({ claims: { long: '⚓'.repeat(1000) } }),
    'claim_mismatch',
    `claim_mismatch: long is ${'⚓'.repeat(200)}`,
  ],
  [
    [entry({ max_token_age: 60 })],
    identity({ claims: { iat: ISSUED - 3600 } }),
    'token_too_old',
    'token_too_old: the token was issued 3600 seconds ago',
  ],
])('says why it does not, by what the token has: %#', (entries, who, code, message) => {
  expect(judge(entries, who, NOW)).toMatchObject({ code, message })
})

it('says it of the first entry of which most holds', () => {
  const entries = [
    entry({ subject: 'b' }),
    entry({ audiences: ['x'], claims: { event: 'release' } }),
    entry({ audiences: ['x'], claims: { repository_id: '778' } }),
    entry({ audiences: ['y'] }),
  ]
  expect(judge(entries, identity({ audiences: ['x'], claims: CLAIMS }), NOW)).toMatchObject({
    message: 'claim_mismatch: event is push',
  })
})

it('shows all that it compares, in that order, and of an entry for other keys no more than these', () => {
  const entries = [
    entry({ issuer: OTHER }),
    entry({ subject: 'b*', subject_match: 'glob' }),
    entry({ audiences: ['z'], claims: { event: 'push', run: 8 } }),
  ]
  const { judged } = judge(entries, identity({ audiences: ['x'], claims: CLAIMS }), NOW)
  const issuer = { check: 'issuer', expected: ISSUER, got: ISSUER, ok: true }
  expect(judged()).toEqual([
    { entry: entries[0], checks: [{ ...issuer, expected: OTHER, ok: false }] },
    {
      entry: entries[1],
      checks: [issuer, { check: 'subject', expected: 'b*', got: 'a', ok: false }],
    },
    {
      entry: entries[2],
      checks: [
        issuer,
        { check: 'subject', expected: 'a', got: 'a', ok: true },
        { check: 'audiences', expected: ['z'], got: ['x'], ok: false },
        { check: 'claims.event', expected: 'push', got: 'push', ok: true },
        { check: 'claims.run', expected: 8, got: 7, ok: false },
      ],
    },
  ])
})

const GITHUB = 'https://token.actions.githubusercontent.com'

it.each<[string, unknown, FederationEntry['claims'], boolean]>([
  [GITHUB, 'push', undefined, true],
  [GITHUB, undefined, undefined, true],
  [GITHUB, 'pull_request', undefined, true],
  [GITHUB, 'pull_request_target', undefined, false],
  [GITHUB, 'workflow_run', undefined, false],
  [`${GITHUB}/octo`, 'workflow_run', undefined, false],
  ['https://token.actions.octo.ghe.com', 'workflow_run', undefined, false],
  ['https://github.example/_services/token', 'pull_request_target', undefined, false],
  [GITHUB, 'workflow_run', { repository_id: '777' }, false],
  [GITHUB, 'workflow_run', { event_name: 'workflow_run' }, true],
  [GITHUB, 'workflow_run', { event_name: ['push', 'workflow_run'] }, true],
  [GITHUB, 'workflow_run', { event_name: ['push', 'pull_request_target'] }, false],
  [GITHUB, 'workflow_run', { event_name: { glob: '*' } }, false],
  [ISSUER, 'pull_request_target', undefined, true],
  [`${GITHUB}.example`, 'pull_request_target', undefined, true],
])('at %s the event %j needs to be listed: %j: %s', (issuer, event, claims, admitted) => {
  const who = identity({ issuer, claims: { repository_id: '777', event_name: event } })
  const verdict = judge([entry({ issuer, claims })], who, NOW)
  expect('entry' in verdict).toBe(admitted)
  if (!admitted) {
    expect(verdict).toMatchObject({
      code: 'event_refused',
      message: `event_refused: event_name is ${event}`,
    })
  }
})

it.each([
  ['escapes', '\\a'.repeat(254)],
  ['a literal', `**${'a'.repeat(250)}`],
])('a pattern of %s takes no time for long lists', (_, start) => {
  const holds = { glob: `${start}**` }
  const entries = Array.from({ length: 40 }, () =>
    entry({ claims: { groups: holds, '/groups': holds, missing: true } }),
  )
  const others = Array.from({ length: 4_000 }, (_, index) => index.toString(36))
  const groups = [...others, 'a'.repeat(254)]
  const { user: before } = process.cpuUsage()
  expect(judge(entries, identity({ claims: { groups } }), NOW)).toMatchObject({
    code: 'claim_mismatch',
  })
  expect(process.cpuUsage().user - before).toBeLessThan(1_000_000)
})

it('says why by the entries for the keys that proved the identity', () => {
  const entries = [
    entry({ issuer_ref: 'record' }),
    entry({ issuer: OTHER }),
    entry({ subject: 'b' }),
    entry({ subject: 'b', issuer_ref: 'other' }),
  ]
  const refusal = { code: 'subject_mismatch', message: 'Token does not match robot' }
  expect(judge(entries, identity({ subject: 'c' }), NOW)).toMatchObject(refusal)
  const proven = identity({ subject: 'c', issuerRef: 'other' })
  expect(judge(entries, proven, NOW)).toMatchObject(refusal)
})

it('a list that a token claims is read once, however many entries ask for one of its elements', () => {
  const groups = Array.from({ length: 3000 }, (_, index) => `group-${index}`)
  let reads = 0
  const counting = new Proxy(groups, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1
      return Reflect.get(target, name)
    },
  })
  const strangers = Array.from({ length: 50 }, (_, index) => `stranger-${index}`)
  const conditions = [strangers, 'stranger', { glob: 'stranger-*' }, [...strangers, 'group-2999']]
  const entries = Array.from({ length: 200 }, (_, index) =>
    entry({ claims: { groups: conditions[index === 199 ? 3 : index % 3] as ClaimCondition } }),
  )
  const verdict = judge(entries, identity({ claims: { groups: counting } }), NOW)
  expect(verdict).toMatchObject({ entry: entries[199] })
  expect(reads).toBe(groups.length)
})

it('admits nobody by an entry without audiences where the policy requires them', () => {
  const who = identity({ audiences: ['x'] })
  const open = entry({ description: 'for any audience' })
  const bound = entry({ audiences: ['x'] })
  const required = { federationAudiences: 'required' } as const
  expect(judgeBy([open, bound], who, NOW, required)).toMatchObject({ entry: bound })
  expect(judgeBy([open], who, NOW, { federationAudiences: 'default' })).toMatchObject({
    entry: open,
  })
  const refused = judgeBy([open], who, NOW, required)
  expect(refused).toMatchObject({
    code: 'audience_required',
    message: 'audience_required: the federation entry names no audiences, and must here',
  })
  expect(refused.judged()[0]?.checks.at(-1)).toEqual({
    check: 'federation_audiences',
    expected: 'required',
    got: undefined,
    ok: false,
  })
})

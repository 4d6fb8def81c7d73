import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { claimsOf, rowsOf } from '../../console/src/federation/claim-row.ts'
import {
  entryWith,
  nearestEntry,
  takenFromToken,
} from '../../console/src/federation/entry-search.ts'
import { entryAsText, entryOfText, patchOf } from '../../console/src/federation/entry-text.ts'
import { changedFacts } from '../../console/src/federation/facts-of.ts'
import { jobText } from '../../console/src/federation/job-text.ts'
import { reasonsOf } from '../../console/src/federation/reasons-of.ts'
import { starInSubject, starInWord } from '../../console/src/federation/star-words.ts'
import { claimsOfText } from '../../console/src/federation/token-text.ts'
import { wordAt } from '../../console/src/federation/word-at.ts'
import { wordsOfClaims } from '../../console/src/federation/words-of-claims.ts'
import { organizationYaml } from '../../console/src/parts/organization-yaml.ts'
import { entriesOfFile, SAMPLE_ENTRIES } from '../helpers/sample-entries.ts'
import { TEMPLATE_CASES } from '../helpers/template-cases.ts'

/** What no token says, besides patterns. */
const UNSAID = ['repository_owner_id', 'events', 'environment_uuid', 'issuer_ref']

test.each(Object.entries(TEMPLATE_CASES))(
  'the claims of a job have the words of its platform: %s',
  (_, { template, values, claims }) => {
    const { platform, ...words } = wordsOfClaims(claims())
    expect(platform).toBe(template)
    const said = Object.entries(values).filter(
      ([name, value]) => !UNSAID.includes(name) && !value.includes('*'),
    )
    expect(words).toMatchObject(Object.fromEntries(said))
  },
)

test('the second form of subjects of GitHub has the ids, and what is not known stays issuer and subject', () => {
  const iss = 'https://token.actions.githubusercontent.com'
  expect(wordsOfClaims({ iss, sub: 'repo:acme@1/web@2:ref:refs/tags/v1' })).toEqual({
    platform: 'github',
    repo: 'acme/web',
    repository_owner_id: '1',
    repository_id: '2',
    tag: 'v1',
  })
  const other = { platform: 'other', issuer: iss, subject: 'x' }
  expect(wordsOfClaims({ iss, sub: 'x', aud: 1 })).toEqual(other)
  expect(wordsOfClaims({})).toEqual({ platform: 'other', issuer: '', subject: '' })
})

test.each(Object.entries(SAMPLE_ENTRIES))(
  'an entry is the same after it was edited to what it was: %s',
  (_, entry) => {
    const again = entryOfText(entryAsText(entry))
    expect(again).toEqual(entry)
    expect(patchOf(entry, again)).toEqual({})
  },
)

test('a patch has what changed, and null for what is gone', () => {
  const entry = { issuer: 'i', subject: 's', description: 'd', claims: { a: '1', b: '2', c: true } }
  const changed = { issuer: 'i', subject: 't', claims: { a: '1', c: false }, single_use: true }
  expect(patchOf(entry, changed)).toEqual({
    subject: 't',
    description: null,
    single_use: true,
    claims: { b: null, c: false },
  })
  expect(patchOf(entry, { issuer: 'i', subject: 's', description: 'd' })).toEqual({ claims: null })
})

test('the file for quay-robots apply says the same entries, and is one', () => {
  const entries = Object.values(SAMPLE_ENTRIES)
  const acme = { kind: 'orgs', name: 'acme' } as const
  const file = organizationYaml(acme, { robots: { ci: { federation: entries } } })
  expect(entriesOfFile(file ?? '', 'ci')).toEqual(entries)
  expect(organizationYaml({ kind: 'users', name: 'bob' }, { robots: {} })).toBeUndefined()
})

test('claims are texts unless another thing is said of them', () => {
  const row = { key: 0, name: 'a' }
  expect(claimsOf([{ ...row, comparison: 'text', value: '1' }])).toEqual({ a: '1' })
  expect(claimsOf([{ ...row, comparison: 'json', value: '1' }])).toEqual({ a: 1 })
  expect(claimsOf([{ ...row, name: '', comparison: 'text', value: '1' }])).toEqual({})
  const bad = () => claimsOf([{ ...row, comparison: 'json', value: 'x' }])
  expect(bad).toThrow("Claim 'a' must be a number, true or false")
})

test('claims are read of tokens and of JSON, in any alphabet', () => {
  const claims = { sub: 'größe?>' }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  expect(claimsOfText(` h.${payload}.s\n`)).toEqual(claims)
  expect(claimsOfText(JSON.stringify(claims))).toEqual(claims)
  expect(claimsOfText('x')).toBeUndefined()
})

test.each([
  ['gitlab', 'gitlab-ci'],
  ['buildkite', 'buildkite'],
  ['circleci', 'circleci'],
  ['bitbucket', 'bitbucket-pipelines'],
  ['terraform', 'terraform-cloud'],
])('what a job of %s runs to log in is what its recipe has, which is tried', (platform, recipe) => {
  const address = 'https://robots.example.com'
  const registry = 'registry.example.com'
  const job = { service: address, robot: 'acme+deployer', audience: address, registry }
  const tried = readFileSync(`docs/recipes/${recipe}.md`, 'utf8')
  const lines = jobText(platform, job).text.split('\n')
  const runs = lines.filter((line) => /oauth2|sed -n|test -n|docker login/.test(line))
  expect(runs.length).toBeGreaterThan(0)
  for (const line of runs) expect(tried).toContain(line.trim())
})

test.each([
  ['repo:acme/web:ref', 9, ['repo:', 'acme', '/web:ref']],
  ['repo:acme/web:ref', 13, ['repo:acme/', 'web', ':ref']],
  ['repo:acme/web', 13, ['repo:acme/', 'web', '']],
  ['a/', 2, ['a/', '', '']],
  ['💥/größe', 3, ['💥/', 'größe', '']],
])('the word of %s at %d', (text, position, cut) => {
  expect(wordAt(text, position)).toEqual(cut)
})

const REFUSED = {
  admitted: false,
  entry: null,
  issuer: { reached: true, keys: 1, kid: null },
  warnings: [],
}
const failed = (check: string, got: unknown) => ({ entry: '1', check, got, ok: false })

test.each([
  ['repo:acme/web:ref:refs/heads/main', 'exact', [], undefined],
  ['repo:acme/*:ref:refs/heads/main', 'exact', [], /^A \* stands for itself here/],
  ['repo:*/web:ref:refs/heads/main', 'glob', [], /^Whoever has, or gets, such a name at GitHub/],
  ['repo:*/web:**', 'glob', [], /^Whoever has, or gets, such a name at GitHub/],
  ['repo:acme/*:**', 'glob', [], /^Jobs of all repositories that fit get in/],
  ['repo:**', 'glob', [], /^Whoever has, or gets, such a name at GitHub/],
  ['repo:acme/*:environment:production', 'glob', [], /^Jobs of all repositories that fit get in/],
  ['repo:acme/web:**', 'glob', ['repository_id'], /^All jobs of the repository that fit get in/],
  ['repo:acme/web:*', 'glob', [], /^Jobs of pull requests get in, and those of branches do not/],
  ['repo:acme*/web*:environment:production', 'glob', ['repository_id'], /^Only jobs of the rep/],
  ['repo:acme/**', 'glob', ['repository_id'], /^All jobs of the repository that fit get in/],
  ['build:*', 'glob', ['repository_id'], /^Every job whose sub fits gets in/],
] as const)(
  'what a star in a subject would let in: %s, %s, %s',
  (subject, subject_match, pins, words) => {
    const claims = rowsOf(Object.fromEntries(pins.map((name) => [name, '1'])))
    const { problem, hint } = starInSubject({ subject, subject_match, claims })
    if (words === undefined) expect([problem, hint]).toEqual([undefined, undefined])
    else expect(subject_match === 'exact' ? problem : hint).toMatch(words)
  },
)

test('a pattern of repository_id pins no repository', () => {
  const claims = rowsOf({ repository_id: { glob: '*' } })
  const subject = 'repo:acme/*:environment:production'
  const { hint } = starInSubject({ subject, subject_match: 'glob', claims })
  expect(hint).toMatch(/^Jobs of all repositories that fit get in/)
})

test('what a star would let in is told of the words of platforms that have one', () => {
  expect(starInWord('repo', 'acme/*')).toMatch(/^With a \* jobs of all that fit would get in/)
  expect(starInWord('branch', 'release/*')).toMatch(/^Jobs of all branches that fit get in/)
  expect(starInWord('branch', 'main')).toBeUndefined()
  expect(starInWord('audience', '*')).toBeUndefined()
})

test.each([
  ['nothing, where it is admitted', { ...REFUSED, admitted: true, checks: [] }, []],
  [
    'what the job gets, where no check tells it',
    { ...REFUSED, reason: 'expired', message: 'Token is expired', checks: [] },
    ['Token is expired'],
  ],
  [
    'no other issuer, where another entry has this one',
    {
      ...REFUSED,
      reason: 'claim_mismatch',
      message: 'claim_mismatch: ref is missing',
      checks: [failed('issuer', 'x'), failed('claims.ref', undefined), failed('audiences', ['x'])],
    },
    ['The claim ref is missing, and it wants it.', 'The audience differs from what it wants.'],
  ],
  [
    'that no entry has the issuer',
    {
      ...REFUSED,
      reason: 'not_configured',
      message: 'not configured',
      checks: [failed('issuer', 'x')],
    },
    ['The issuer differs from what it wants.'],
  ],
  [
    'an age, and what is wrong besides',
    { ...REFUSED, reason: 'disabled', message: 'Off', checks: [failed('max_token_age', 9)] },
    ['The token is older than it lets it be.', 'Off'],
  ],
])('the reasons of a refusal are %s', (_, report, reasons) => {
  expect(reasonsOf(report, () => 'it')).toEqual(reasons)
})

test('the entry that is offered to be changed is the nearest that can be', () => {
  const checks = [
    { entry: '1', check: 'issuer', ok: true },
    { entry: '1', check: 'subject', got: 'a', ok: false },
    { entry: '2', check: 'issuer', ok: true },
    { entry: '2', check: 'subject', ok: true },
    { entry: '2', check: 'audiences', got: ['u'], ok: false },
    { entry: '2', check: 'claims.gone', ok: false },
    { entry: '2', check: 'claims./x/y', got: 1, ok: false },
  ]
  expect(nearestEntry({ ...REFUSED, checks })).toEqual({
    id: '2',
    search: { got: '{"audiences":["u"],"claims./x/y":1}' },
    isEnough: false,
  })
  const mendable = checks.filter(({ check }) => check !== 'claims.gone')
  expect(nearestEntry({ ...REFUSED, checks: mendable })).toMatchObject({ id: '2', isEnough: true })
  expect(nearestEntry({ ...REFUSED, admitted: true, checks })).toBeUndefined()
  expect(nearestEntry({ ...REFUSED, checks: [failed('issuer', 'x')] })).toBeUndefined()
  expect(nearestEntry({ ...REFUSED, checks: [failed('claims.x', undefined)] })).toBeUndefined()
  expect(nearestEntry({ ...REFUSED, checks: [failed('claims.x', {})] })).toBeUndefined()
})

test.each([
  ['{"subject":"t"}', ['subject'], { issuer: 'i', subject: 't', claims: { a: '1' } }],
  [
    '{"audiences":["u"],"claims.b":2}',
    ['audiences', 'claims.b'],
    { audiences: ['u'], claims: { a: '1', b: 2 } },
  ],
  ['{', [], {}],
  ['{"expires_in":1}', [], {}],
  ['null', [], {}],
])('an entry has in place of its own what the address says: %s', (got, taken, changed) => {
  const entry = { issuer: 'i', subject: 's*', subject_match: 'glob', claims: { a: '1' } } as const
  const { subject_match, ...exact } = entry
  const before = 'subject' in changed ? exact : entry
  expect(entryWith({ ...entry }, { got })).toEqual({ ...before, ...changed })
  expect(takenFromToken({ got })).toEqual(taken)
})

test('a token for several audiences, or for none', () => {
  const iss = 'i'
  const words = { platform: 'other', issuer: iss, subject: '' }
  expect(wordsOfClaims({ iss, aud: ['a', 'b'] })).toEqual({ ...words, token_audience: 'a b' })
  expect(wordsOfClaims({ iss, aud: [] })).toEqual(words)
})

test('of a changed entry is said what was there, also of what is gone', () => {
  const stored = { id: '1', version: 1, warnings: [] }
  const before = {
    ...stored,
    ...{ issuer: 'i', subject: 's', audiences: ['a'], claims: { ref: 'x', gone: '1' } },
  }
  const after = {
    ...stored,
    ...{ issuer: 'i', subject: 's*', subject_match: 'glob' as const, claims: { ref: 'y' } },
    ...{ single_use: true },
  }
  const told = changedFacts(after, before).map(({ term, text, was }) => [term, was, text])
  expect(told).toEqual([
    ['Issuer', undefined, 'i'],
    ['Subject (pattern)', 'Subject: s', 's*'],
    ['Audience', 'a', 'any'],
    ['ref', '"x"', '"y"'],
    ['gone', '"1"', 'nothing'],
    ['Single use', 'nothing', 'each identity token once'],
  ])
  expect(changedFacts(before, before).every(({ was }) => was === undefined)).toBe(true)
})

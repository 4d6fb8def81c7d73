import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { nameProblem } from '../../console/src/new-robot/name-problem.ts'
import { asShellWord } from '../../console/src/parts/as-curl.ts'
import { inWords } from '../../console/src/parts/in-words.ts'
import { labelsOfText, labelsPatch } from '../../console/src/parts/labels-text.ts'
import { organizationYaml } from '../../console/src/parts/organization-yaml.ts'
import { problemAt, problemOf } from '../../console/src/parts/problem-of.ts'
import { sentence } from '../../console/src/parts/sentence.ts'
import { changed, readRobotsSearch } from '../../console/src/robots/robots-search.ts'
import { parseSearch, stringifySearch } from '../../console/src/shell/search.ts'
import { documentOfFile } from '../helpers/sample-entries.ts'

test.each([
  ['2026-11-30T12:00:59Z', 'in a moment'],
  ['2026-11-30T11:59:01Z', 'just now'],
  ['2026-11-30T11:59:00Z', '1 minute ago'],
  ['2026-11-30T14:20:00Z', 'in 2 hours'],
  ['2026-11-30T12:59:40Z', 'in 1 hour'],
  ['2026-12-01T11:59:58Z', 'in 1 day'],
  ['2026-11-29T11:00:00Z', '1 day ago'],
  ['2026-12-14T11:59:00Z', 'in 14 days'],
  ['2026-12-30T11:00:00Z', 'in 1 month'],
  ['2027-11-30T11:00:00Z', 'in 1 year'],
  ['2026-08-01T12:00:00Z', '4 months ago'],
  ['2028-12-01T12:00:00Z', 'in 2 years'],
])('%s is %s, at noon of 2026-11-30', (time, words) => {
  expect(inWords(new Date(time), new Date('2026-11-30T12:00:00Z'))).toBe(words)
})

test('addresses of lists are plain, keep what is known, and begin anew where they change', () => {
  const search = readRobotsSearch(
    parseSearch('?q=dep&label=team:web&label=env:prod&state=unused&sort=size&next_page=abc'),
  )
  expect(search).toEqual({
    q: 'dep',
    label: ['team:web', 'env:prod'],
    state: 'unused',
    next_page: 'abc',
  })
  expect(stringifySearch({ ...changed(search, { q: 'a b' }) })).toBe(
    '?q=a+b&label=team%3Aweb&label=env%3Aprod&state=unused',
  )
  expect(readRobotsSearch(parseSearch('?label=team:web'))).toEqual({ label: ['team:web'] })
})

test('labels are written a line each, and what is gone is taken away', () => {
  const after = labelsOfText(' team : web \n\nurl:http://x\nplain')
  expect(after).toEqual({ team: 'web', url: 'http://x', plain: '' })
  expect(labelsPatch({ team: 'old', tier: '1' }, after)).toEqual({ ...after, tier: null })
})

test('a name is judged while it is typed, but not before its end can be known', () => {
  expect(['d', 'de', 'de-', 'web-deployer.1'].map(nameProblem)).toEqual(Array(4).fill(undefined))
  expect(nameProblem('Deployer')).toMatch(/Lower-case/)
  expect(nameProblem('a b')).toMatch(/letters and digits/)
})

test('a refusal stands at the field that it names, without what programs call that', () => {
  const refused = (message: string) => problemOf(new Error(message), ['expires_in', 'grace'])
  const long = { of: { grace: 'too long' }, rest: undefined }
  expect(refused('grace: too long')).toEqual(long)
  expect(refused('body/grace too long')).toEqual(long)
  expect(refused('body/grace/0 too long')).toEqual(long)
  expect(refused('querystring/grace too long')).toEqual(long)
  expect(refused('expires_in must be a number').of).toEqual({ expires_in: 'must be a number' })
  expect(refused("Grace 'x' is too long").of).toEqual({ grace: "Grace 'x' is too long" })
  expect(refused('grace period').of).toEqual({ grace: 'grace period' })
  expect(problemAt(new Error('body/grace too long'), 'grace')).toBe('too long')
  expect(problemAt(null, 'grace')).toBeUndefined()
  expect(refused('Nothing doing')).toEqual({ of: {}, rest: 'Nothing doing' })
})

test('what is pasted into a shell stays one word', () => {
  expect(asShellWord(`it's "$HOME"`)).toBe(`'it'\\''s "$HOME"'`)
})

test('words of the service that stand alone are a sentence', () => {
  expect(sentence('at GitHub this is another')).toBe('At GitHub this is another.')
  expect(sentence('Is it?')).toBe('Is it?')
})

test('a file for quay-robots apply is YAML, in which no name is taken for something else', () => {
  const document = {
    teams: { on: { role: 'member', members: ['acme+ci', 'bob'] } },
    robots: { ci: {}, 'a.b': { labels: { 'a/b': 'true' }, expires_at: null, enabled: false } },
    repositories: undefined,
    default_permissions: [
      { robot: 'ci', role: 'write' },
      { team: 'on', role: 'read' },
    ],
  }
  const file = organizationYaml({ kind: 'orgs', name: 'acme' }, document) ?? ''
  expect(parse(file, { version: '1.1' })).toEqual({
    organization: 'acme',
    ...JSON.parse(JSON.stringify(document)),
  })
  expect(documentOfFile(file).organization).toBe('acme')
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rewriteRepositoryUrl } from '../../src/domain/repository-url.ts'
import { always } from './settings.ts'
import { hostileText } from './texts.ts'

const API = '/api/v1/repository'

/** No word of an operation: a team may be called `logs`, and be the last part of a name. */
const word = fc.stringMatching(/^[a-z0-9]{1,8}$/).filter((text) => !RESERVED.has(text))
const RESERVED = new Set([
  ...['permissions', 'logs', 'aggregatelogs', 'changevisibility', 'transitive'],
  ...['build', 'manifest', 'mirror', 'tag', 'tokens', 'trigger'],
])
const name = fc.array(word, { minLength: 2, maxLength: 5 })
const slash = fc.constantFrom('/', '%2F', '%2f')
const suffix = fc.oneof(
  fc.constantFrom(
    '',
    '/logs',
    '/aggregatelogs',
    '/changevisibility',
    '/permissions/user',
    '/permissions/team',
  ),
  fc
    .tuple(fc.constantFrom('user', 'team'), word)
    .map(([kind, who]) => `/permissions/${kind}/${who}`),
  word.map((who) => `/permissions/user/${who}/transitive`),
)
const query = fc.oneof(
  fc.constant(''),
  hostileText.map((text) => `?${text}`),
)

it('makes a nested name one segment however its slashes are written, and leaves what follows it', () => {
  always(fc.tuple(name, slash, suffix, query), ([parts, between, rest, search]) => {
    const url = `${API}/${parts.join(between)}${rest}${search}`
    expect(rewriteRepositoryUrl(url)).toBe(`${API}/${parts.join('%2F')}${rest}${search}`)
  })
})

it('changes nothing more when it is applied again', () => {
  const urls = fc.oneof(
    hostileText,
    hostileText.map((text) => `${API}/${text}`),
    fc
      .tuple(name, slash, suffix, query)
      .map(([parts, by, rest, search]) => `${API}/${parts.join(by)}${rest}${search}`),
  )
  always(
    urls,
    (url) => {
      const once = rewriteRepositoryUrl(url)
      expect(rewriteRepositoryUrl(once)).toBe(once)
      if (!url.startsWith(`${API}/`)) expect(once).toBe(url)
    },
    1000,
  )
})

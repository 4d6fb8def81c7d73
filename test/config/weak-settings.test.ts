import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { weakSettings } from '../../src/config/weak-settings.ts'

const warningsOf = (variables: Record<string, string>) => weakSettings(loadConfig(variables))

it('nothing is said of the defaults, and of what production needs', () => {
  expect(warningsOf({})).toEqual([])
  expect(
    warningsOf({
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://robots.example.com',
      TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8, 192.0.2.1',
      OIDC_ALLOWED_HOSTS: '10.1.0.0/16',
    }),
  ).toEqual([])
})

it.each([
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.1,0.0.0.0/0' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '::/0' }],
  ['OIDC_ALLOWED_HOSTS', { OIDC_ALLOWED_HOSTS: '0.0.0.0/0' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'http://robots.example.com' }],
  [
    'USER_INITIALIZE',
    { HOST: '0.0.0.0', PUBLIC_URL: 'https://a.example', USER_INITIALIZE: 'true' },
  ],
  ['USER_INITIALIZE', { PUBLIC_URL: 'https://a.example', USER_INITIALIZE: 'true' }],
  ['USER_INITIALIZE', { TRUSTED_PROXIES: '127.0.0.1', USER_INITIALIZE: 'true' }],
])('%s can be so weak that the operator is warned: %j', (name, variables) => {
  expect(warningsOf(variables)).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
})

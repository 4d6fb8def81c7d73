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

it('nothing is said of the one address that service and registry have on this machine', () => {
  const own = { PUBLIC_URL: 'http://127.0.0.1:8080', REGISTRY_SERVICE: '127.0.0.1:8080' }
  expect(warningsOf(own)).toEqual([])
  expect(
    warningsOf({ PUBLIC_URL: 'http://localhost:8080', REGISTRY_HOST: 'localhost:5000' }),
  ).toEqual([])
})

it.each([
  { PUBLIC_URL: 'http://127.0.0.1:8080', REGISTRY_SERVICE: '127.0.0.1:5000' },
  { PUBLIC_URL: 'http://127.0.0.1:8080', REGISTRY_HOST: 'localhost:8080' },
  { PUBLIC_URL: 'http://[::1]:8080', REGISTRY_HOST: 'registry.example.com' },
  { PUBLIC_URL: 'http://0x7f000001:8080', REGISTRY_HOST: 'registry.example.com' },
  { PUBLIC_URL: 'https://10.1.2.3' },
  { PUBLIC_URL: 'https://172.31.0.9:8443', REGISTRY_HOST: '172.31.0.9:5000' },
  { PUBLIC_URL: 'https://192.168.0.2' },
  { PUBLIC_URL: 'https://169.254.169.254' },
  { PUBLIC_URL: 'https://[fd00::1]' },
  { PUBLIC_URL: 'https://[fe80::1]' },
  { PUBLIC_URL: 'https://[::ffff:10.0.0.1]' },
])('clients that refuse a private address as the place to log in are told of: %j', (variables) => {
  expect(warningsOf(variables)).toEqual([
    expect.stringMatching(/^PUBLIC_URL is a private address: .+ Give the service a host name/),
  ])
})

it.each([
  'https://192.0.2.1',
  'https://[2001:db8::1]',
  'https://10.example.com',
  'https://local.internal',
])('public addresses and names are good places to log in: %s', (url) => {
  expect(warningsOf({ PUBLIC_URL: url })).toEqual([])
})

it.each([{ HOST: '0.0.0.0' }, { HOST: '::' }, { HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.1' }])(
  'a server for other machines that has no address for them is warned of: %j',
  (variables) => {
    expect(warningsOf(variables)).toEqual([
      expect.stringMatching(/^HOST lets other machines in, .+localhost:8080.+ Set PUBLIC_URL to/),
    ])
  },
)

it('nothing is said of a container whose clients are on this machine', () => {
  expect(warningsOf({ HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:8080' })).toEqual([])
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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/config.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { createCertificate } from '../oidc/test-certificate.ts'

let folder: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'issuers-section-'))
  path = join(folder, 'robots.yaml')
})
afterAll(() => rmSync(folder, { recursive: true }))

function load(issuers: unknown) {
  writeFileSync(path, stringify({ issuers }))
  return loadConfig({ CONFIG_FILE: path }).issuers
}

function problemsOf(issuers: unknown): string[] {
  try {
    load(issuers)
  } catch (error) {
    const [, ...lines] = (error as Error).message.split('\n')
    return lines.map((line) => line.trim().replace(`CONFIG_FILE: ${path}`, 'FILE'))
  }
  throw new Error('the configuration was accepted')
}

it('has no records unless there are some', () => {
  expect(load({})).toEqual({ default: {}, named: new Map() })
  expect(loadConfig({}).issuers).toEqual({ default: {}, named: new Map() })
})

it('reads records, which go by the default where they say nothing else', async () => {
  const { cert } = await createCertificate('ca.example')
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, `# of the office\n${cert}`)
  const { publicJwk } = await createSigningKey('ES256', 'k')
  const { default: fallback, named } = load({
    default: { proxy: 'http://proxy.example:3128', ca: caFile },
    gitlab: {
      issuer: 'https://gitlab.example',
      jwks_uri: 'https://gitlab.example/keys',
      max_token_lifetime: '15m',
      required_claims: { project_id: ['20', '21'], ref: { glob: 'main*' }, protected: true },
      single_use: true,
      allowed: ['10.0.0.0/8', 'gitlab.example'],
    },
    'prod-eu': {
      issuer: 'https://kubernetes.default.svc',
      jwks: { keys: [publicJwk] },
      proxy: 'none',
    },
  })

  expect(fallback).toEqual({ proxy: 'http://proxy.example:3128', ca: cert.trim() })
  expect(named.get('gitlab')).toMatchObject({
    issuer: 'https://gitlab.example',
    jwksUri: 'https://gitlab.example/keys',
    rules: {
      requiredClaims: { project_id: ['20', '21'], ref: { glob: 'main*' }, protected: true },
      maxTokenLifetime: 900,
      singleUse: true,
    },
    route: { ...fallback, allowed: { names: new Set(['gitlab.example']) } },
  })
  const cluster = named.get('prod-eu')
  expect(cluster?.keySet?.find({ kid: 'k', alg: 'ES256' })).toHaveLength(1)
  expect(cluster?.route).toEqual({ ca: cert.trim() })
})

describe('refuses, with the place', () => {
  const record = { issuer: 'https://issuer.example' }

  it.each<[unknown, string]>([
    [[], 'line 1: issuers: must hold settings'],
    [{ office: 5 }, 'line 2: issuers.office: must hold settings'],
    [{ office: {} }, 'line 2: issuers.office.issuer: must be the text of the issuer'],
    [
      { office: { issuer: 'https://issuer.example?a' } },
      'line 3: issuers.office.issuer: has a query',
    ],
    [
      { Office: record },
      'line 2: issuers.Office: its name must have a-z, 0-9, . _ and - only, and 63 characters at most',
    ],
    [
      { office: { ...record, jwk: {} } },
      'line 4: issuers.office.jwk: there is no such setting; did you mean jwks?',
    ],
    [
      { default: { jwks: {} } },
      'line 3: issuers.default.jwks: there is no such setting; known: ca, proxy, allowed',
    ],
    [
      { office: { ...record, jwks: { keys: [] } } },
      'line 4: issuers.office.jwks: holds no public key for signatures that has a kid and may be used: RSA of 2048 to 8192 bits with an odd exponent from 3 to 2^32, P-256, P-384, P-521, or Ed25519 other than the points of small order',
    ],
    [
      { office: { ...record, jwks: 'x' } },
      'line 4: issuers.office.jwks: must be a JSON Web Key Set',
    ],
    [
      { office: { ...record, jwks_uri: 'ftp://a' } },
      'line 4: issuers.office.jwks_uri: must be an http:// or https:// URL',
    ],
    [
      { office: { ...record, max_token_lifetime: '10' } },
      'line 4: issuers.office.max_token_lifetime: must be a duration from 1m to 366d such as 15m (s, m, h, d, w)',
    ],
    [
      { office: { ...record, ca: '/nowhere/ca.pem' } },
      'line 4: issuers.office.ca: is neither PEM nor a file that can be read (ENOENT)',
    ],
    [
      { office: { ...record, ca: '-----BEGIN PRIVATE KEY-----' } },
      'line 4: issuers.office.ca: holds no certificate in PEM',
    ],
    [
      {
        office: { ...record, ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      },
      'line 4: issuers.office.ca: holds a certificate that cannot be read',
    ],
    ...[{}, [], { glob: 'a', or: 'b' }].map((claim): [unknown, string] => [
      { office: { ...record, required_claims: { sub: claim } } },
      'line 5: issuers.office.required_claims.sub: must be a value, a list of values, or {glob: pattern}',
    ]),
    [
      { office: { ...record, required_claims: { sub: { glob: '*****' } } } },
      "line 4: issuers.office.required_claims: Claim 'sub' has a pattern that has more than 4 stars",
    ],
    [
      { office: { ...record, required_claims: { '/a~2': 'b' } } },
      "line 4: issuers.office.required_claims: Claim '/a~2' is no JSON pointer: write ~0 for ~, and ~1 for / in a name",
    ],
    ...['proxy.example:3128', 'ftp://proxy', 'http://proxy/path', 'NONE', ''].map(
      (proxy): [unknown, string] => [
        { office: { ...record, proxy } },
        'line 4: issuers.office.proxy: must be http://HOST:PORT or https://HOST:PORT, also with USER:PASSWORD@, or none',
      ],
    ),
    [
      { office: { ...record, allowed: ['10.0.0.1:443'] } },
      "line 4: issuers.office.allowed: '10.0.0.1:443' is no host name, IP address or CIDR range (without port)",
    ],
  ])('%j', (issuers, problem) => {
    expect(problemsOf(issuers)).toEqual([`FILE, ${problem}`])
  })

  it('keys of two origins', async () => {
    const { publicJwk } = await createSigningKey('ES256', 'k')
    const office = { ...record, jwks: { keys: [publicJwk] }, jwks_uri: 'https://a' }
    expect(problemsOf({ office })).toEqual([
      'FILE, line 2: issuers.office: has jwks and jwks_uri: keep one of them',
    ])
  })
})

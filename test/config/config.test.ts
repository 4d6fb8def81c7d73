import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/config.ts'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'

const KEY = Buffer.from('Myc+cgZ9PGvs14Ej5Ajb2O09nsU0S5D+9HSaXbtVMqE=', 'base64')
const SECRET_KEY = KEY.toString('base64')
const OTHER_KEY = Buffer.from('7Lc5chAuUizq5eoadIkwIdFwftpWnn7rFeN8DMab7Bs=', 'base64')
const DATABASE_URL = 'postgresql://quay:hunter2@db.example.com:5432/quay?sslmode=require'

type Variables = Record<string, string>

/** What the operator reads. */
function problemsOf(variables: Variables): string {
  try {
    loadConfig(variables)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the configuration was accepted')
}

const problem = (line: string) => `The configuration cannot be used:\n  ${line}`

describe('defaults', () => {
  const expected = {
    databaseUrl: undefined,
    databasePoolSize: 10,
    workers: 1,
    databasePreparedStatements: true,
    dataDir: './data',
    host: '127.0.0.1',
    port: 8080,
    maxRequests: 500,
    drainSeconds: 1,
    docs: true,
    console: true,
    publicUrl: 'http://127.0.0.1:8080',
    trustedProxies: [],
    secretKey: undefined,
    previousSecretKeys: [],
    apiProfile: 'documented',
    clientsAreLocal: true,
    userInitialize: true,
    superusersFullAccess: false,
    robotsDisallow: false,
    createRepositoryOnPush: true,
    tokenIssuer: 'http://127.0.0.1:8080',
    registryService: '127.0.0.1:8080',
    registryHost: '127.0.0.1:8080',
    robotTokenTtl: 3600,
    registryTokenTtl: 300,
    signingKeyMaxAge: 2_592_000,
    logRetentionDays: 365,
    oidcAllowedHosts: undefined,
    oidcNat64Prefixes: [],
    policy: {
      trustedIssuers: 'any',
      identityTokenAsPassword: true,
      federationAudiences: 'optional',
      audience: 'http://127.0.0.1:8080',
      robotApiTokens: true,
      secretMaxLifetime: Number.POSITIVE_INFINITY,
      secretVisibility: 'always',
      secretsAllowed: true,
      robotsMax: Number.POSITIVE_INFINITY,
      robotApiTokenExchange: true,
    },
    issuers: { default: {}, named: new Map() },
    webhooks: {},
    signIn: { passwords: 'all', providers: [] },
    logLevel: 'info',
    limits: {
      robots: 50_000,
      repositories: 50_000,
      teams: 5_000,
      organizations: 1_000,
      robotApiTokens: 20,
      tokenLifetime: 31_536_000,
    },
    names: { reserved: [], organizationCreation: 'anyone' },
  }

  it('apply to an empty environment', () => {
    expect(loadConfig({})).toEqual(expected)
  })

  it('apply where every variable is empty or blank, as Compose files leave them', () => {
    const names = VARIABLE_NAMES.flatMap((name) => [name, `${name}_FILE`])
    for (const blank of ['', ' ']) {
      expect(loadConfig(Object.fromEntries(names.map((name) => [name, blank])))).toEqual(expected)
    }
  })

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true)
  })
})

it.each<[Variables, object]>([
  [{ DATABASE_URL, SECRET_KEY }, { databaseUrl: DATABASE_URL }],
  [{ DATABASE_POOL_SIZE: '1' }, { databasePoolSize: 1 }],
  [{ DATABASE_POOL_SIZE: '500' }, { databasePoolSize: 500 }],
  [{ DATABASE_PREPARED_STATEMENTS: 'false' }, { databasePreparedStatements: false }],
  [{ DATA_DIR: '/var/lib/quay robots' }, { dataDir: '/var/lib/quay robots' }],
  [{ HOST: 'robots.internal' }, { host: 'robots.internal' }],
  [{ PORT: '1' }, { port: 1 }],
  [{ PORT: ' 65535 ' }, { port: 65_535 }],
  [{ MAX_REQUESTS: '20' }, { maxRequests: 20 }],
  [{ DRAIN_SECONDS: '7' }, { drainSeconds: 7 }],
  [{ METRICS_TOKEN: 'token-of-prometheus' }, { metricsToken: 'token-of-prometheus' }],
  [{ DOCS: 'false' }, { docs: false, console: true }],
  [{ CONSOLE: 'false' }, { docs: true, console: false }],
  [{ CREATE_REPOSITORY_ON_PUSH: 'false' }, { createRepositoryOnPush: false }],
  [{ SECRET_KEY }, { secretKey: KEY }],
  [{ SECRET_KEY: KEY.toString('base64url') }, { secretKey: KEY }],
  [
    { SECRET_KEY_PREVIOUS: `${SECRET_KEY},\n${OTHER_KEY.toString('base64')}` },
    { previousSecretKeys: [KEY, OTHER_KEY] },
  ],
  [{ API_PROFILE: 'live' }, { apiProfile: 'live' }],
  [{ USER_INITIALIZE: 'false' }, { userInitialize: false }],
  [{ SUPERUSERS_FULL_ACCESS: 'true' }, { superusersFullAccess: true }],
  [{ ROBOTS_DISALLOW: '1' }, { robotsDisallow: true }],
  [{ TOKEN_ISSUER: 'https://issuer' }, { tokenIssuer: 'https://issuer' }],
  [{ REGISTRY_SERVICE: 'registry' }, { registryService: 'registry', registryHost: 'registry' }],
  [{ REGISTRY_HOST: 'registry:5000' }, { registryHost: 'registry:5000' }],
  [{ REGISTRY_HOST: '[fd00::1]:5000' }, { registryHost: '[fd00::1]:5000' }],
  [{ ROBOT_TOKEN_TTL: '60' }, { robotTokenTtl: 60 }],
  [{ ROBOT_TOKEN_TTL: '86400' }, { robotTokenTtl: 86_400 }],
  [{ REGISTRY_TOKEN_TTL: '3600' }, { registryTokenTtl: 3600 }],
  [{ SIGNING_KEY_MAX_AGE: '3600' }, { signingKeyMaxAge: 3600 }],
  [{ LOG_RETENTION_DAYS: '1' }, { logRetentionDays: 1 }],
  [{ LOG_RETENTION_DAYS: '36500' }, { logRetentionDays: 36_500 }],
  [{ LOG_RETENTION_DAYS: 'unlimited' }, { logRetentionDays: undefined }],
  [{ WORKERS: '3', DATABASE_URL: 'postgresql://db/robots', SECRET_KEY }, { workers: 3 }],
  [{ WORKERS: '1' }, { workers: 1 }],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  [
    { TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16 ::1,fd00::/8' },
    { trustedProxies: ['10.0.0.1', '192.168.0.0/16', '::1', 'fd00::/8'] },
  ],
])('takes %j', (variables, expected) => {
  expect(loadConfig(variables)).toMatchObject(expected)
})

it('takes OIDC_ALLOWED_HOSTS: names, addresses and ranges', () => {
  const { oidcAllowedHosts } = loadConfig({
    OIDC_ALLOWED_HOSTS: 'Issuer.Internal, 10.1.0.0/16,::1',
  })
  expect([...(oidcAllowedHosts?.names ?? [])]).toEqual(['issuer.internal'])
  expect(oidcAllowedHosts?.ranges.map(([address, bits]) => `${address}/${bits}`)).toEqual([
    '10.1.0.0/16',
    '::1/128',
  ])
})

it('takes OIDC_NAT64_PREFIXES', () => {
  const { oidcNat64Prefixes } = loadConfig({
    OIDC_NAT64_PREFIXES: '64:ff9b:1::/48, 2001:db8:64::/96',
  })
  expect(oidcNat64Prefixes.map(({ network, bits }) => `${network}/${bits}`)).toEqual([
    '64:ff9b:1::/48',
    '2001:db8:64::/96',
  ])
})

it('has all processors but one work where WORKERS is auto', () => {
  const variables = { WORKERS: 'auto', DATABASE_URL: 'postgresql://db/robots', SECRET_KEY }
  expect(loadConfig(variables).workers).toBe(Math.max(1, availableParallelism() - 1))
})

it.each(['2', 'auto'])('refuses WORKERS=%s with the embedded database', (WORKERS) => {
  expect(() => loadConfig({ WORKERS })).toThrow(
    'WORKERS: only with DATABASE_URL; the embedded database has one process',
  )
})

describe('refuses', () => {
  const INTEGER = 'must be a whole number from'
  const ADDRESSES = 'must be IP addresses and CIDR ranges, separated by commas or spaces'
  const HOST = 'must be an IP address (IPv6 without brackets) or a host name'
  const KEY_RULE = 'a secret key is 32 bytes in base64, as printed by: openssl rand -base64 32'
  const WEAK_KEY = 'the secret key is not random; make one with: openssl rand -base64 32'
  it.each([
    ['DATABASE_POOL_SIZE', ['0', '501', '1.5', 'many'], `${INTEGER} 1 to 500`],
    ['WORKERS', ['0', '65', '1.5', 'all'], `${INTEGER} 1 to 64, or auto`],
    ['PORT', ['0', '65536', '80a', '-1'], `${INTEGER} 1 to 65535`],
    ['HOST', ['[::1]', 'a b', 'http://host', 'host:80', 'fe80::1%eth0'], HOST],
    ['PUBLIC_URL', ['robots.example.com', 'ftp://host', '/'], 'must be an http:// or https:// URL'],
    ['PUBLIC_URL', ['http://host?a', 'http://host/#a'], 'must have no query and no fragment'],
    [
      'PUBLIC_URL',
      ['http://a:b@host', 'http://a@host/c'],
      'must have no user name and no password',
    ],
    ['TRUSTED_PROXIES', ['proxy', '10.0.0.0/33', '10.0.0.1;::1', '10.0.0.300'], ADDRESSES],
    ['SECRET_KEY', ['secret', 'A'.repeat(50), KEY.toString('hex')], KEY_RULE],
    ['SECRET_KEY', [Buffer.alloc(32, 7).toString('base64')], WEAK_KEY],
    ['SECRET_KEY_PREVIOUS', ['secret', `${SECRET_KEY},secret`, 'one,two'], KEY_RULE],
    ['SECRET_KEY_PREVIOUS', [Buffer.alloc(32).toString('base64')], WEAK_KEY],
    [
      'REGISTRY_SERVICE',
      ['a b', 'a"b', 'a\\b'],
      'must be ASCII without quotes, backslashes or spaces',
    ],
    [
      'REGISTRY_HOST',
      ['https://registry', 'registry/acme', 'registry:', 'a b', '$(id)'],
      'must be HOST or HOST:PORT',
    ],
    ['ROBOT_TOKEN_TTL', ['59', '86401', '1h'], `${INTEGER} 60 to 86400`],
    ['REGISTRY_TOKEN_TTL', ['59', '3601', ','], `${INTEGER} 60 to 3600`],
    ['SIGNING_KEY_MAX_AGE', ['3599', '31536001', 'x'], `${INTEGER} 3600 to 31536000`],
    [
      'LOG_RETENTION_DAYS',
      ['0', '36501', '1.5', '-1', 'never', 'Unlimited', '365d'],
      'must be a whole number from 1 to 36500, or unlimited',
    ],
    [
      'OIDC_ALLOWED_HOSTS',
      ['issuer:8443', 'ok.example.com,issuer:8443'],
      "'issuer:8443' is no host name, IP address or CIDR range (without port)",
    ],
    ...['64:ff9b:1::', '64:ff9b:1::/95', '64:ff9b:1::/128', '10.0.0.0/32', 'nat64'].map(
      (prefix): [string, string[], string] => [
        'OIDC_NAT64_PREFIXES',
        [prefix, `2001:db8:64::/96,${prefix}`],
        `'${prefix}' is no IPv6 prefix of 32, 40, 48, 56, 64, 96 bits`,
      ],
    ),
  ])('%s as %j', (name, values, rule) => {
    for (const value of values)
      expect(problemsOf({ [name]: value })).toBe(problem(`${name}: ${rule}`))
  })

  it.each(['USER_INITIALIZE', 'SUPERUSERS_FULL_ACCESS', 'ROBOTS_DISALLOW'])(
    '%s unless it says yes or no',
    (name) => {
      expect(problemsOf({ [name]: 'maybe' })).toBe(problem(`${name}: must be true or false`))
    },
  )

  it.each(['API_PROFILE', 'LOG_LEVEL'])(
    '%s with another word than its own, and lists those',
    (name) => {
      expect(problemsOf({ [name]: 'maybe' })).toMatch(
        new RegExp(`^The configuration cannot be used:\\n  ${name}: .*"\\w+"\\|"\\w+"`),
      )
    },
  )

  it.each(['mysql://host/db', 'host/db', 'http://host'])('DATABASE_URL as %s', (url) => {
    expect(problemsOf({ DATABASE_URL: url, SECRET_KEY })).toBe(
      problem('DATABASE_URL: must be a postgresql:// URL'),
    )
  })

  it('DATABASE_URL without SECRET_KEY', () => {
    const rule = 'SECRET_KEY: required with DATABASE_URL; make one with: openssl rand -base64 32'
    expect(problemsOf({ DATABASE_URL })).toBe(problem(rule))
    expect(problemsOf({ DATABASE_URL, SECRET_KEY: ' ' })).toBe(problem(rule))
  })

  it('all that is wrong in one message, each once', () => {
    const message = problemsOf({
      DATABASE_URL: 'mysql://quay:hunter2@db/quay',
      DATABASE_POOL_SIZE: '0.5',
      HOST: '[::]',
      PORT: '-0.5',
      PUBLIC_URL: 'robots',
      TRUSTED_PROXIES: 'a,b',
      SECRET_KEY: 'hunter2',
      SECRET_KEY_PREVIOUS: 'hunter2,hunter2',
      SECRET_KEY_PREVIOUS_FILE: '/nowhere',
      API_PROFILE: 'quay',
      USER_INITIALIZE: 'perhaps',
      REGISTRY_SERVICE: 'a b',
      ROBOT_TOKEN_TTL: '1',
      REGISTRY_TOKEN_TTL: '1',
      SIGNING_KEY_MAX_AGE: '1',
      OIDC_ALLOWED_HOSTS: 'http://issuer',
      LOG_LEVEL: 'loud',
    })
    expect(message).not.toContain('hunter2')
    expect(message).toMatchInlineSnapshot(`
      "The configuration cannot be used:
        SECRET_KEY_PREVIOUS: set as SECRET_KEY_PREVIOUS and as SECRET_KEY_PREVIOUS_FILE; keep one of them
        DATABASE_URL: must be a postgresql:// URL
        DATABASE_POOL_SIZE: must be a whole number from 1 to 500
        HOST: must be an IP address (IPv6 without brackets) or a host name
        PORT: must be a whole number from 1 to 65535
        PUBLIC_URL: must be an http:// or https:// URL
        TRUSTED_PROXIES: must be IP addresses and CIDR ranges, separated by commas or spaces
        SECRET_KEY: a secret key is 32 bytes in base64, as printed by: openssl rand -base64 32
        SECRET_KEY_PREVIOUS: a secret key is 32 bytes in base64, as printed by: openssl rand -base64 32
        API_PROFILE: Invalid option: expected one of "documented"|"live"
        USER_INITIALIZE: must be true or false
        REGISTRY_SERVICE: must be ASCII without quotes, backslashes or spaces
        ROBOT_TOKEN_TTL: must be a whole number from 60 to 86400
        REGISTRY_TOKEN_TTL: must be a whole number from 60 to 3600
        SIGNING_KEY_MAX_AGE: must be a whole number from 3600 to 31536000
        OIDC_ALLOWED_HOSTS: 'http://issuer' is no host name, IP address or CIDR range (without port)
        LOG_LEVEL: Invalid option: expected one of "fatal"|"error"|"warn"|"info"|"debug"|"trace"|"silent""
    `)
  })
})

describe('NAME_FILE', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function file(content: string): string {
    const path = join(folder, randomBytes(8).toString('hex'))
    writeFileSync(path, content)
    return path
  }

  it.each(['', '\n', '\r\n', ' \n\n'])(
    'gives each secret, before the end of the file %j',
    (end) => {
      expect(
        loadConfig({
          DATABASE_URL_FILE: file(DATABASE_URL + end),
          SECRET_KEY_FILE: file(SECRET_KEY + end),
          SECRET_KEY_PREVIOUS_FILE: file(OTHER_KEY.toString('base64') + end),
        }),
      ).toMatchObject({
        databaseUrl: DATABASE_URL,
        secretKey: KEY,
        previousSecretKeys: [OTHER_KEY],
        userInitialize: false,
      })
    },
  )

  const secrets = ['DATABASE_URL', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS']
  describe.each(secrets)('of %s', (name) => {
    it('names a file that is missing: does not show what may be the secret itself', () => {
      expect(problemsOf({ [`${name}_FILE`]: '/nowhere/hunter2' })).toBe(
        problem(`${name}_FILE: cannot read the file it names (ENOENT)`),
      )
    })

    it('names a folder', () => {
      expect(problemsOf({ [`${name}_FILE`]: folder })).toContain('(EISDIR)')
    })

    it('names an empty file: is not taken for unset', () => {
      expect(problemsOf({ [`${name}_FILE`]: file('\n') })).toBe(
        problem(`${name}_FILE: the file it names is empty`),
      )
    })

    it('stands beside the variable itself', () => {
      const good = name === 'DATABASE_URL' ? DATABASE_URL : SECRET_KEY
      const message = problemsOf({ SECRET_KEY, [name]: good, [`${name}_FILE`]: file(good) })
      expect(message).toBe(problem(`${name}: set as ${name} and as ${name}_FILE; keep one of them`))
    })

    it('holds something bad: is reported without it', () => {
      const message = problemsOf({ [`${name}_FILE`]: file('hunter2') })
      expect(message).toContain(`\n  ${name}: `)
      expect(message).not.toContain('hunter2')
    })
  })

  it('is reported once where SECRET_KEY is required', () => {
    expect(problemsOf({ DATABASE_URL, SECRET_KEY_FILE: '/nowhere' })).toBe(
      problem('SECRET_KEY_FILE: cannot read the file it names (ENOENT)'),
    )
  })

  it('is for secrets only', () => {
    expect(loadConfig({ PORT_FILE: file('9000') }).port).toBe(8080)
  })
})

it.each([
  ['http://robots.example.com/', 'http://robots.example.com', 'robots.example.com'],
  ['https://Robots.Example.COM:443//', 'https://robots.example.com', 'robots.example.com'],
  ['https://example.com:8443/robots/', 'https://example.com:8443/robots', 'example.com:8443'],
  ['http://[::1]:8080', 'http://[::1]:8080', '[::1]:8080'],
])('PUBLIC_URL %s is %s, and gives issuer and service', (url, publicUrl, registryService) => {
  expect(loadConfig({ PUBLIC_URL: url })).toMatchObject({
    publicUrl,
    tokenIssuer: publicUrl,
    registryService,
  })
})

it.each([
  ['127.0.0.1', 'http://127.0.0.1:9000'],
  ['0.0.0.0', 'http://localhost:9000'],
  ['::', 'http://localhost:9000'],
  ['::1', 'http://[::1]:9000'],
  ['fd00::12', 'http://[fd00::12]:9000'],
  ['robots.internal', 'http://robots.internal:9000'],
])('HOST %s is reached at %s', (host, publicUrl) => {
  expect(loadConfig({ HOST: host, PORT: '9000' })).toMatchObject({ host, publicUrl })
})

describe('USER_INITIALIZE', () => {
  it.each<[string, boolean, boolean]>([
    ['127.0.0.1', true, false],
    ['127.1.2.3', true, false],
    ['::1', true, false],
    ['localhost', true, false],
    ['0.0.0.0', false, false],
    ['::', false, false],
    ['10.0.0.1', false, false],
    ['128.0.0.1', false, false],
    ['localhost.example.com', false, false],
  ])('HOST=%s: %s when embedded, %s with DATABASE_URL', (HOST, embedded, server) => {
    expect(loadConfig({ HOST }).userInitialize).toBe(embedded)
    expect(loadConfig({ HOST, DATABASE_URL, SECRET_KEY }).userInitialize).toBe(server)
  })

  it.each<[Record<string, string>, boolean]>([
    [{ PUBLIC_URL: 'http://localhost:9000' }, true],
    [{ PUBLIC_URL: 'http://[::1]:9000' }, true],
    [{ PUBLIC_URL: 'https://robots.example.com' }, false],
    [{ TRUSTED_PROXIES: '127.0.0.1' }, false],
  ])('a server on loopback that others reach by a proxy keeps it off: %j', (variables, on) => {
    expect(loadConfig(variables).userInitialize).toBe(on)
  })

  it.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ HOST: '0.0.0.0' }, false],
    [{ HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1:8080' }, true],
    [{ HOST: '0.0.0.0', PUBLIC_URL: 'http://127.0.0.1:8080', TRUSTED_PROXIES: '10.0.0.1' }, false],
    [{ PUBLIC_URL: 'https://robots.example.com' }, false],
  ])('with %j, whether callers are on this machine: %s', (variables, areLocal) => {
    expect(loadConfig(variables).clientsAreLocal).toBe(areLocal)
  })

  it('is off where the server listens to others, whatever its public address', () => {
    for (const HOST of ['0.0.0.0', '::', '10.0.0.1']) {
      const { userInitialize } = loadConfig({ HOST, PUBLIC_URL: 'http://127.0.0.1:8080' })
      expect(userInitialize).toBe(false)
    }
  })

  it('can be chosen either way', () => {
    expect(loadConfig({ USER_INITIALIZE: 'false' }).userInitialize).toBe(false)
    expect(
      loadConfig({ HOST: '0.0.0.0', DATABASE_URL, SECRET_KEY, USER_INITIALIZE: 'true' })
        .userInitialize,
    ).toBe(true)
  })
})

import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Api, apiOf } from '../helpers/api.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { programDatabase, quayRobots, quayRobotsProcess, serve } from './program.ts'

// Each step is a process or several, which wait for their turn on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

// One database; what the commands made is used over HTTP at the end.

const database = programDatabase()
const env = () => ({ ...database().env, SECRET_KEY: TEST_SECRET_KEY.toString('base64') })
const run = (...args: string[]) => quayRobots(env(), args)
const withInput = (input: string, ...args: string[]) => quayRobots(env(), args, input)

const success = (stdout: unknown) => ({ code: 0, stdout, stderr: '' })
const failed = (code: number, stderr: string) => ({ code, stdout: '', stderr: `${stderr}\n` })
const refused = (stderr: string) => failed(1, stderr)
const misused = (stderr: string, command: string) =>
  failed(2, `error: ${stderr}\nSee: npm run --silent cli -- ${command} --help`)
const NO_USER = (name: string) =>
  failed(4, `There is no user ${name}; one is made by: npm run --silent cli -- user create`)
const json = (outcome: { stdout: string }) => {
  expect(outcome).toEqual(success(expect.stringMatching(/^\{.*\}\n$/)))
  return JSON.parse(outcome.stdout)
}

const ADA = ['user', 'create', 'ada', '--email', 'ada@example.com']
const GRACE = ['user', 'create', 'grace', '--email', 'grace@example.com']
const TOKEN = ['token', 'create', '--user', 'ada', '--scope', 'user:admin org:admin']
const WEAK = 'Invalid password, password must be at least 8 characters and contain no whitespace.'
const WORD = /^[A-Za-z0-9]+\n$/

let adasPassword: string
let adasToken: string
let gracesToken: string
let revokedToken: string
let certificate: string

test('migrate', async () => {
  expect(await run('migrate')).toEqual(success('nothing to apply\n'))
  const refusal = await run('migrate', '--grant-to', 'nobody')
  expect(refusal.code).not.toBe(0)
  expect(refusal.stderr).toBe(
    'Cannot give rights to the role nobody: role "nobody" does not exist.\n',
  )
})

test('a process has the input, the output and the exit code of its command', async () => {
  const create = ['user', 'create', 'hedy', '--email', 'hedy@example.com', '--password-stdin']
  const process = (input: string) => quayRobotsProcess(env(), [...create, '--json'], input)
  expect(await process('correct-horse\n')).toEqual(success('{"username":"hedy"}\n'))
  expect(await process('short\n')).toMatchObject({ code: 2, stdout: '' })
  expect(await process('correct-horse\n')).toEqual(
    refused('{"error":"refused","message":"There is already a user hedy"}'),
  )
})

describe('user create', () => {
  test('prints the password that it made up', async () => {
    const outcome = await run(...ADA)
    expect(outcome).toEqual(success(expect.stringMatching(WORD)))
    adasPassword = outcome.stdout.trim()
    expect(adasPassword).toHaveLength(24)
  })

  test('refuses a name in use, and prints no password', async () => {
    expect(await run(...ADA)).toEqual(refused('There is already a user ada'))
    expect(await run(...ADA, '--json')).toEqual(
      refused('{"error":"refused","message":"There is already a user ada"}'),
    )
  })

  test('refuses an address in use', async () => {
    expect(await run('user', 'create', 'eva', '--email', 'ada@example.com')).toEqual(
      refused('Another account has this e-mail address already'),
    )
  })

  test('refuses a password of 7 characters', async () => {
    expect(await withInput('1234567\n', ...GRACE, '--password-stdin')).toEqual(
      misused(WEAK, 'user create'),
    )
  })

  test.each([' password1 ', 'password1 ', ' password1', 'password1\n\n', 'pass word1'])(
    'refuses %j rather than take it without its blanks',
    async (password) => {
      expect(await withInput(`${password}\n`, ...GRACE, '--password-stdin')).toEqual(
        misused(WEAK, 'user create'),
      )
    },
  )

  test('takes one of 8, without the end of its line', async () => {
    const outcome = await withInput(
      '12345678\r\n',
      ...GRACE,
      '--password-stdin',
      '--superuser',
      '--json',
    )
    expect(json(outcome)).toEqual({ username: 'grace' })
  })
})

describe('user password', () => {
  test('gives one to a superuser, too, or makes one up', async () => {
    const outcome = await withInput(
      'grace-again\n',
      'user',
      'password',
      'grace',
      '--password-stdin',
    )
    expect(outcome).toEqual(success('changed the password of grace\n'))
    const made = json(await run('user', 'password', 'ada', '--json'))
    expect(made).toEqual({ username: 'ada', password: expect.stringMatching(/^\w{24}$/) })
    adasPassword = made.password
  })

  test('refuses a weak one, and one for nobody', async () => {
    expect(await withInput('short', 'user', 'password', 'ada', '--password-stdin')).toEqual(
      misused(WEAK, 'user password'),
    )
    expect(await run('user', 'password', 'nobody')).toEqual(NO_USER('nobody'))
  })
})

test('user disable and enable', async () => {
  expect(await run('user', 'disable', 'ada')).toEqual(success('disabled ada\n'))
  expect(await run('user', 'enable', 'ada')).toEqual(success('enabled ada\n'))
  await withInput(
    'password',
    'user',
    'create',
    'eve',
    '--email',
    'e@example.com',
    '--password-stdin',
  )
  expect(json(await run('user', 'disable', 'eve', '--json'))).toEqual({
    username: 'eve',
    enabled: false,
  })
})

test('user link', async () => {
  const identity = ['--issuer', 'https://login.example.com', '--subject', 'f81d4fae']
  expect(await run('user', 'link', 'ada', ...identity)).toEqual(success('linked ada\n'))
  expect(await run('user', 'link', 'eve', ...identity)).toEqual(
    refused('The user ada is linked with that subject already'),
  )
  expect(await run('user', 'unlink', 'eve', ...identity)).toEqual(
    refused('The user eve is not linked with that subject'),
  )
  expect(await run('user', 'unlink', 'ada', ...identity)).toEqual(success('unlinked ada\n'))
  expect(await run('user', 'unlink', 'ada', ...identity)).toEqual(
    refused('The user ada is not linked with that subject'),
  )
  expect(await run('user', 'link', 'eve', ...identity)).toEqual(success('linked eve\n'))
})

test('names that there are not', async () => {
  expect(await run('user', 'disable', 'nobody')).toEqual(NO_USER('nobody'))
  expect(await run('user', 'enable', 'acme+ci')).toEqual(NO_USER('acme+ci'))
  expect(await run('token', 'create', '--user', 'nobody', '--scope', 'repo:read')).toEqual(
    NO_USER('nobody'),
  )
})

describe('org create', () => {
  test('makes an organization', async () => {
    expect(await run('org', 'create', 'acme', '--owner', 'ada')).toEqual(success('created acme\n'))
  })

  test('with an address', async () => {
    const address = ['--email', 'store@example.com']
    const made = json(await run('org', 'create', 'store', '--owner', 'ada', ...address, '--json'))
    expect(made).toEqual({ name: 'store', owner: 'ada' })
  })

  test('refuses a name in use', async () => {
    expect(await run('org', 'create', 'acme', '--owner', 'ada')).toEqual(
      refused('A user or organization with this name already exists'),
    )
  })

  test('a user of that name', async () => {
    expect(await run('user', 'create', 'acme', '--email', 'acme@example.com')).toEqual(
      refused('There is already an organization acme'),
    )
  })

  test('refuses an owner who is no user', async () => {
    expect(await run('org', 'create', 'other', '--owner', 'acme')).toEqual(NO_USER('acme'))
  })
})

describe('token', () => {
  test('create prints the token alone', async () => {
    const outcome = await run(...TOKEN)
    expect(outcome).toEqual(success(expect.stringMatching(/^[A-Za-z0-9]{40}\n$/)))
    adasToken = outcome.stdout.trim()
  })

  test('create --json', async () => {
    const created = json(
      await run(
        'token',
        'create',
        '--user',
        'grace',
        '--scope',
        'super:user,user:admin',
        '--expires-in',
        '3600',
        '--json',
      ),
    )
    expect(created).toEqual({
      token: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      user: 'grace',
      scopes: ['super:user', 'user:admin'],
      expires_in: 3600,
    })
    gracesToken = created.token
  })

  test.each([
    ['90d', 7_776_000],
    ['1h', 3_600],
    ['60s', 60],
  ])('create --expires-in %s', async (text, expires_in) => {
    const created = json(await run(...TOKEN, '--expires-in', text, '--json'))
    expect(created).toMatchObject({ expires_in })
  })

  test('create without it: as long as limits.token_lifetime lets it', async () => {
    expect(json(await run(...TOKEN, '--json'))).toMatchObject({ expires_in: 31_536_000 })
  })

  test('revoke, by argument and over standard input', async () => {
    revokedToken = (await run(...TOKEN)).stdout.trim()
    expect(await run('token', 'revoke', revokedToken)).toEqual(success('revoked\n'))
    expect(await withInput(`${gracesToken}\n`, 'token', 'revoke', '--json')).toEqual(
      success('{"revoked":true}\n'),
    )
    expect(await run('token', 'revoke', revokedToken)).toEqual(failed(4, 'There is no such token'))
    expect(await run('token', 'revoke', revokedToken, '--json')).toEqual(
      failed(4, '{"error":"not_found","message":"There is no such token"}'),
    )
  })
})

test('keys rotate', async () => {
  const outcome = await run('keys', 'rotate')
  expect(outcome).toEqual(
    success(expect.stringMatching(/^new signing key [\w-]+; 0 stored secrets encrypted anew\n$/)),
  )
})

describe('keys export', () => {
  test('prints the certificate that registries trust, and the same every time', async () => {
    const outcome = await run('keys', 'export')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const { ca, subject, validTo } = new X509Certificate(outcome.stdout)
    expect([ca, subject, validTo]).toEqual([
      true,
      expect.stringMatching(/^CN=quay-robots/),
      expect.stringContaining('9999'),
    ])
    certificate = outcome.stdout
    expect(json(await run('keys', 'export', '--json'))).toEqual({ certificate })
  })
})

describe('what was made, over HTTP', () => {
  let api: Api
  let superusersToken: string
  beforeAll(async () => {
    const token = ['token', 'create', '--user', 'grace', '--scope', 'super:user']
    superusersToken = (await run(...token)).stdout.trim()
    api = apiOf((await serve(env())).url)
  })

  test('two users, one a superuser, with their passwords', async () => {
    await api.login('ada', adasPassword).expect(200)
    await api.login('grace', 'grace-again').expect(200)
    await api.login('grace', '12345678').expect(401)
    await api.login('eve', 'password').expect(401)
    const ada = await api.as(adasToken).get('/api/v1/user/').expect(200)
    expect(ada.body).toMatchObject({ username: 'ada' })
    const { body } = await api.as(superusersToken).get('/api/v1/superuser/users/').expect(200)
    const shown = body.users.map((user: Record<string, unknown>) => [
      ...[user.username, user.email, user.super_user, user.enabled],
    ])
    expect(shown).toEqual([
      ['ada', 'ada@example.com', false, true],
      ['eve', 'e@example.com', false, false],
      ['grace', 'grace@example.com', true, true],
      ['hedy', 'hedy@example.com', false, true],
    ])
  })

  test('an organization with its address', async () => {
    const { body } = await api.as(adasToken).get('/api/v1/organization/store').expect(200)
    expect(body).toMatchObject({ is_admin: true, email: 'store@example.com' })
  })

  test("ada's token has its two scopes and her organization", async () => {
    await api.as(adasToken).put('/api/v1/user/robots/one').expect(200)
    await api.as(adasToken).put('/api/v1/organization/acme/robots/one').expect(201)
  })

  test('the certificate that registries trust', async () => {
    const { text } = await api.call('get', '/.well-known/registry-ca.pem').buffer(true)
    expect(text).toBe(certificate)
  })

  test('the revoked tokens open nothing', async () => {
    await api.as(adasToken).get('/api/v1/user/robots').expect(200)
    await api.as(gracesToken).get('/api/v1/user/robots').expect(401)
    await api.as(revokedToken).get('/api/v1/user/robots').expect(401)
  })
})

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { quayRobots, unheard } from './program.ts'

// What ends before a database is opened. The folder must not come into being.
const env = { DATA_DIR: join(tmpdir(), `quay-robots-never-made-${crypto.randomUUID()}`) }
const SECRET_KEY = TEST_SECRET_KEY.toString('base64')

describe.concurrent('wrong usage: what is wrong, and where help is', () => {
  const user = ['user', 'create', 'ada']
  const token = ['token', 'create', '--user', 'ada']
  const github = ['federation', 'template', 'github']
  const audience = ['--audience', 'https://robots.example.com']
  const scoped = [...token, '--scope', 'user:admin']
  test.each<[string, string[], string, RegExp]>([
    ['no command', [], '', /^a command is missing: serve, migrate, user, /],
    ['an unknown command', ['serv'], '', /^unknown command 'serv' \(Did you mean serve\?\)$/],
    [
      'half a command',
      ['user'],
      'user ',
      /^a command is missing: create, password, link, unlink, enable, disable$/,
    ],
    ['half of an unknown one', ['user', 'mak'], 'user ', /^unknown command 'mak'/],
    [
      'no name',
      ['user', 'create', '--email', 'a@b.co'],
      'user create ',
      /^missing required argument 'name'$/,
    ],
    ['no address', user, 'user create ', /^required option '--email <address>' not specified$/],
    [
      'no address after it',
      [...user, '--email'],
      'user create ',
      /^option '--email <address>' argument missing$/,
    ],
    [
      'a bad address',
      [...user, '--email', 'ada'],
      'user create ',
      /It looks like name@example\.com\.$/,
    ],
    [
      'a bad name',
      ['user', 'create', 'Ada!', '--email', 'a@b.co'],
      'user create ',
      /lower-case letters, digits/,
    ],
    [
      'a bad name of an organization',
      ['org', 'create', 'a', '--owner', 'ada'],
      'org create ',
      /2 to 255 characters/,
    ],
    ['no owner', ['org', 'create', 'acme'], 'org create ', /^required option '--owner <user>'/],
    ['no scope', token, 'token create ', /^required option '--scope <scopes>'/],
    [
      'an unknown scope',
      [...token, '--scope', 'user:admin nope'],
      'token create ',
      /Scopes are: repo:read /,
    ],
    ['no scope in it', [...token, '--scope', ''], 'token create ', /Scopes are: repo:read /],
    ...['0', '0d', '1.5', '1y', 'd', '-1h', '1h30m', '315576001', '3653d', ''].map(
      (text): [string, string[], string, RegExp] => [
        `a lifetime of ${text}`,
        [...scoped, '--expires-in', text],
        'token create ',
        /A duration such as 90d, 12h or 30m .* ten years at most\.$/,
      ],
    ),
    [
      'a token to revoke twice over',
      ['token', 'revoke', 'x', '--id', 'y'],
      'token revoke ',
      /Give the token or --id, not both/,
    ],
    ['whose tokens', ['token', 'list'], 'token list ', /^required option '--user <name>'/],
    ['an unknown option', ['keys', 'rotate', '--now'], 'keys rotate ', /^unknown option '--now'$/],
    ['too many arguments', ['keys', 'export', 'x'], 'keys export ', /^too many arguments/],
    [
      'an unknown template',
      ['federation', 'template', 'gihub'],
      'federation template ',
      /^unknown command 'gihub' \(Did you mean github\?\)$/,
    ],
    ['a misspelt value', [...github, '--rebo', 'a/b'], 'federation template github ', /--repo\?/],
    [
      'a missing value',
      [...github, '--repo', 'acme/web'],
      'federation template github ',
      /^--repository-id is missing: Its number, .*gh api/,
    ],
    [
      'a bad value',
      [...github, '--repo', 'acme/web', '--repository-id', 'web', '--branch', 'x', ...audience],
      'federation template github ',
      /^--repository-id 'web' must be a number$/,
    ],
    ['an unmeant reset', ['keys', 'reset'], 'keys reset ', /add --confirm$/],
    ['an unmeant replacement', ['keys', 'replace'], 'keys replace ', /add --confirm$/],
    [
      'two things on standard input',
      ['apply', '--file', '-', '--token-file', '-'],
      'apply ',
      /^Standard input \(-\) can be one thing only$/,
    ],
    [
      'a service to which the token goes in the open',
      ['export', '--server', 'http://robots.example.com', '--token-file', '-'],
      'export ',
      /^http:\/\/ shows the token and all secrets/,
    ],
    [
      'a service that is none',
      ['export', '--server', 'robots.example.com', '--token-file', '-'],
      'export ',
      /It looks like https:\/\/robots\.example\.com\.$/,
    ],
    [
      'an empty token',
      ['export', '--server', 'https://robots.example.com', '--token-file', '-'],
      'export ',
      /^- does not hold a token: one line of printable characters$/,
    ],
    ...['0', '1.5', '10000', 'x'].map((rate): [string, string[], string, RegExp] => [
      `a rate of ${rate}`,
      ['import', 'quay', '--from', 'https://quay.example.com', '--token-file', 'x', '--rate', rate],
      'import quay ',
      /A number from 1 to 9999\.$/,
    ]),
  ])('%s', async (_, args, command, problem) => {
    const { code, stdout, stderr } = await quayRobots(env, args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const [error = '', help, ...more] = stderr.split('\n')
    expect(error.replace(/^error: /, '')).toMatch(problem)
    expect(help).toBe(`See: npm run --silent cli -- ${command}--help`)
    expect(more).toEqual([''])
  })

  test('as JSON where --json is among the arguments', async () => {
    const { code, stdout, stderr } = await quayRobots(env, [...user, '--json'])
    expect({ code, stdout, error: JSON.parse(stderr) }).toEqual({
      code: 2,
      stdout: '',
      error: { error: 'usage', message: "required option '--email <address>' not specified" },
    })
  })
})

test('federation template prints an entry, without a database', async () => {
  const options = { repo: 'acme/web', 'repository-id': '456789', environment: 'production' }
  const args = Object.entries({ ...options, audience: 'https://robots.example.com' })
  const command = ['federation', 'template', 'github', ...args.flatMap(([k, v]) => [`--${k}`, v])]
  const [text, line] = await Promise.all([
    quayRobots(env, command),
    quayRobots(env, [...command, '--json']),
  ])
  expect([text.code, text.stderr, line.code]).toEqual([0, '', 0])
  const entry = JSON.parse(line.stdout)
  expect(text.stdout).toBe(`${JSON.stringify(entry, null, 2)}\n`)
  expect(entry).toMatchObject({
    subject: 'repo:acme*/web*:environment:production',
    audiences: ['https://robots.example.com'],
    claims: { repository_id: '456789' },
  })
})

test('--help names every command, --version the version', async () => {
  const [help, version] = await Promise.all([
    quayRobots(env, ['--help']),
    quayRobots(env, ['--version']),
  ])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const command of ['serve', 'migrate', 'user', 'org', 'token', 'keys', 'federation']) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command} .*\\w`, 'm'))
  }
  expect(version).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
})

describe.concurrent('what keeps it from starting is one message, without a stack', () => {
  test('a bad configuration', async () => {
    const outcome = await quayRobots({ ...env, PORT: 'http', HOST: '' }, ['serve'])
    expect(outcome).toEqual({
      code: 3,
      stdout: '',
      stderr: 'The configuration cannot be used:\n  PORT: must be a whole number from 1 to 65535\n',
    })
  })

  test('a .env in the folder counts, but less than what is set', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quay-robots-env-'))
    await writeFile(join(folder, '.env'), 'PORT=not-a-port\nLOG_LEVEL=not-a-level\n')
    const outcome = await quayRobots({ ...env, LOG_LEVEL: 'info' }, ['serve'], '', folder)
    await rm(folder, { recursive: true })
    expect(outcome).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'Variables are read from .env, too.\n' +
        'The configuration cannot be used:\n  PORT: must be a whole number from 1 to 65535\n',
    })
  })

  test('names that do nothing are told of, in .env and in the environment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quay-robots-env-'))
    const lines = ['ROBOTS_TOKEN_TTL=60', 'LOG_RETENTION=1', 'COLOUR=red', 'NODE_ENV=production']
    await writeFile(join(folder, '.env'), lines.join('\n'))
    const variables = {
      ...env,
      METRIC_TOKEN: 'x',
      HOSTNAME: 'a',
      TEST_DATABASE_URL: 'b',
      POST: 'c',
    }
    const { stderr } = await quayRobots(variables, ['keys', 'export'], '', folder)
    const quiet = await quayRobots(variables, ['keys', 'export', '--json'], '', folder)
    await rm(folder, { recursive: true })
    expect(stderr.split('\n').slice(0, -2)).toEqual([
      'Variables are read from .env, too.',
      '.env: COLOUR is not known, and ignored.',
      '.env: LOG_RETENTION is not known, and ignored; did you mean LOG_RETENTION_DAYS?',
      '.env: ROBOTS_TOKEN_TTL is not known, and ignored; did you mean ROBOT_TOKEN_TTL?',
      'METRIC_TOKEN is not known, and ignored; did you mean METRICS_TOKEN?',
    ])
    expect(JSON.parse(quiet.stderr)).toMatchObject({ error: 'configuration' })
  })

  test('no server at DATABASE_URL', async () => {
    const DATABASE_URL = 'postgresql://quay:hunter2@127.0.0.1:1/quay'
    const outcome = await quayRobots({ DATABASE_URL, SECRET_KEY }, ['serve'])
    expect(outcome).toEqual({
      code: 3,
      stdout: '',
      stderr: 'The database cannot be reached or used: nothing answers at 127.0.0.1 port 1.\n',
    })
  })

  test('something else at DATABASE_URL', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const DATABASE_URL = `postgresql://quay:hunter2@127.0.0.1:${port}/quay`
    const { code, stdout, stderr } = await quayRobots({ DATABASE_URL }, ['migrate'])
    other.close()
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^The database cannot be reached or used: .+\n$/)
    expect(stderr).not.toContain('hunter2')
  })

  test('a service elsewhere, or one that does not answer where the settings say', async () => {
    const exported = (variables: Record<string, string>) =>
      quayRobots({ ...env, ...variables }, ['export', '--token-file', '-'], 'token')
    const open = await exported({ PUBLIC_URL: 'http://robots.example.com' })
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('http:// shows the')])
    const silent = await exported({ PORT: '1' })
    expect([silent.code, silent.stderr]).toEqual([
      3,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 does not answer: /),
    ])
  })

  test('a database that is not there: a dry run makes none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quay-robots-token-'))
    await writeFile(join(folder, 'token'), 'token')
    const from = ['--from', 'https://quay.example.com', '--token-file', join(folder, 'token')]
    const { code, stderr } = await quayRobots(env, ['import', 'quay', ...from, '--dry-run'])
    await rm(folder, { recursive: true })
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^There is no database in DATA_DIR/)])
    expect(existsSync(env.DATA_DIR)).toBe(false)
  })

  test('a data folder that is a file', async () => {
    const file = new URL(import.meta.url).pathname
    expect(await quayRobots({ DATA_DIR: file }, ['serve'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `DATA_DIR (${file}) cannot be used: there is a file where a folder should be (ENOTDIR: ${file}).\n`,
    })
  })
})

test('who stops reading, as `head` does, is no failure', async () => {
  expect(await unheard(env, ['--help'])).toEqual({ code: 0, stdout: '', stderr: '' })
})

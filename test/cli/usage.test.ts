import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { quayRobots } from './program.ts'

// Each step is a process or several, which wait for their turn on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

// What ends before a database is opened. The folder must not come into being.
const env = { DATA_DIR: join(tmpdir(), 'quay-robots-never-made') }
const SECRET_KEY = TEST_SECRET_KEY.toString('base64')

describe.concurrent('wrong usage: the problem and the help on standard error', () => {
  const create = ['token', 'create', '--user', 'ada']
  test.each([
    ['no command', [], /^Usage: quay-robots \[options\] \[command\]/],
    ['an unknown command', ['serv'], /^error: unknown command 'serv'\n.*Usage: quay-robots /s],
    ['half a command', ['user'], /^Usage: quay-robots user /],
    ['no name', ['user', 'create', '--email', 'a@b.co'], /missing required argument 'name'/],
    ['no address', ['user', 'create', 'ada'], /required option '--email <address>'/],
    ['no owner', ['org', 'create', 'acme'], /required option '--owner <user>'/],
    ['no scope', create, /required option '--scope <scopes>'/],
    ['an unknown scope', [...create, '--scope', 'user:admin nope'], /Scopes are: repo:read /],
    ['no scope in it', [...create, '--scope', ''], /Scopes are: repo:read /],
    ...['0', '1.5', '315576001'].map((seconds): [string, string[], RegExp] => [
      `${seconds} seconds`,
      [...create, '--scope', 'user:admin', '--expires-in', seconds],
      /A whole number of seconds from 1 to 315576000/,
    ]),
    ['an unknown option', ['keys', 'rotate', '--now'], /unknown option '--now'/],
  ])('%s', async (_, args, problem) => {
    const { code, stdout, stderr } = await quayRobots(env, args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(problem)
    expect(stderr).toContain('Usage: quay-robots ')
  })
})

test('--help names every command, --version the version', async () => {
  const [help, version] = await Promise.all([
    quayRobots(env, ['--help']),
    quayRobots(env, ['--version']),
  ])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const command of ['serve', 'migrate', 'user', 'org', 'token', 'keys']) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command} .*\\w`, 'm'))
  }
  expect(version).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
})

describe.concurrent('what keeps it from starting is one message, without a stack', () => {
  test('a bad configuration', async () => {
    const outcome = await quayRobots({ ...env, PORT: 'http', HOST: '' }, ['serve'])
    expect(outcome).toEqual({
      code: 1,
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
      code: 1,
      stdout: '',
      stderr:
        'Variables are read from .env, too.\n' +
        'The configuration cannot be used:\n  PORT: must be a whole number from 1 to 65535\n',
    })
  })

  test('no server at DATABASE_URL', async () => {
    const DATABASE_URL = 'postgresql://quay:hunter2@127.0.0.1:1/quay'
    const outcome = await quayRobots({ DATABASE_URL, SECRET_KEY }, ['serve'])
    expect(outcome).toEqual({
      code: 1,
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
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^The database cannot be reached or used: .+\n$/)
    expect(stderr).not.toContain('hunter2')
  })

  test('a data folder that is a file', async () => {
    const file = new URL(import.meta.url).pathname
    const { code, stdout, stderr } = await quayRobots({ DATA_DIR: file }, ['serve'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Cannot use the secret key of the embedded database: E.+\n$/)
    expect(stderr).toContain(file)
  })
})

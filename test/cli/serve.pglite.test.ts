import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/db/client.ts'
import { VERSION } from '../../src/version.ts'
import { eventually } from '../helpers/eventually.ts'
import { freePort } from '../helpers/ports.ts'
import { killServers, newFolder, quayRobots, type Server, serve } from './program.ts'

// Each step is a process or several, which wait for their turn on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

// The life of one embedded database, from the first start; each test goes on where the last one ended.

let dataDir: string
let server: Server
let env: { DATA_DIR: string }
beforeAll(async () => {
  dataDir = await newFolder()
  env = { DATA_DIR: dataDir }
  server = await serve(env)
})
afterAll(async () => {
  killServers()
  await rm(dataDir, { recursive: true, force: true })
})

test('makes a secret key that only its owner can read', async () => {
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600)
})

test('the lines that it prints on an empty database make a user and a robot', async () => {
  await eventually(() => expect(server.printed()).toMatch(/robots -H .*\n\n$/))
  const lines = server.printed().split('\n')
  expect(lines).toContain(
    `quay-robots listens at ${server.url} (browse the API at ${server.url}/docs).`,
  )
  const script = lines.filter((line) => line.startsWith('  ')).join('\n')
  const { stdout } = await promisify(execFile)('sh', ['-euc', script])
  const [robot, list] = stdout
    .replace('}{', '}\n{')
    .trim()
    .split(/\n+/)
    .map((line) => JSON.parse(line))
  expect(robot).toMatchObject({ name: 'admin+ci', token: expect.stringMatching(/^QUAYROBOT/) })
  expect(list.robots).toMatchObject([{ name: 'admin+ci' }])
})

test('a command that finds the database in use says what to do', async () => {
  const outcome = await quayRobots(env, ['user', 'create', 'bob', '--email', 'bob@example.com'])
  expect(outcome).toEqual({
    code: 3,
    stdout: '',
    stderr:
      `The embedded database in ${join(dataDir, 'pglite')} is open in another process. Stop that ` +
      'process (a running server, perhaps), or let it do the work through its API, or set ' +
      'DATABASE_URL to a PostgreSQL server, which any number of processes can use.\n',
  })
})

test('SIGTERM: the request at work is answered, then it ends with exit code 0', async () => {
  const body = JSON.stringify({ username: 'late', password: 'too-late-for-it', email: 'a@b.co' })
  const socket = connect(Number(server.port), '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  socket.write(
    'POST /api/v1/user/initialize HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  await once(socket, 'data') // 100 Continue: the request has begun
  const closed = once(socket, 'close')
  server.signal('SIGTERM')
  server.signal('SIGTERM')
  await untilClosed(server)
  socket.write(body)
  await closed
  expect(answer).toContain('Cannot initialize user in a non-empty database')
  expect(await server.outcome).toMatchObject({ code: 0, stderr: '' })
})

/** Until no new connection is taken. */
async function untilClosed({ url }: Server) {
  while (await fetch(url).then(Boolean, () => false)) {
    // Asks again.
  }
}

test('a start leaves a certified signing key, though nobody has needed the certificate', async () => {
  const { db, close } = await openDatabase({ dataDir })
  const keys = await db.signingKey.findMany({ select: { certificate: true } })
  await close()
  expect(keys).toEqual([{ certificate: expect.any(Uint8Array) }])
})

test('prints nothing to paste once there is a user; SIGINT ends it too', async () => {
  server = await serve(env)
  expect(await server.stop('SIGINT')).toEqual({ code: 0, stdout: '', stderr: '' })
})

const CONTROL_C = '\u0003'

test.runIf(process.platform === 'linux')('on a terminal it says what runs where', async () => {
  const port = await freePort()
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  // util-linux's `script` is the terminal.
  const terminal = spawn(
    'script',
    ['-qec', `exec ${process.execPath} ${main} serve`, '/dev/null'],
    {
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  )
  let printed = ''
  for await (const piece of terminal.stdout) {
    const before = printed
    printed += String(piece).replaceAll('\r', '')
    const isComplete = (text: string) => text.includes('  profile  ')
    if (isComplete(printed) && !isComplete(before)) terminal.stdin.write(CONTROL_C)
  }
  const url = `http://127.0.0.1:${port}`
  expect(printed).toContain(
    `quay-robots ${VERSION}\n  at        ${url} (browse the API at ${url}/docs)\n` +
      `  database  embedded, in ${dataDir}\n  profile   documented\n`,
  )
})

test('a port in use is found before a database is made', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const nowhere = join(dataDir, 'not-made')
  const outcome = await quayRobots({ DATA_DIR: nowhere, PORT: String(port) }, ['serve'])
  other.close()
  expect(outcome).toEqual({
    code: 3,
    stdout: '',
    stderr:
      `Cannot listen on port ${port} of 127.0.0.1: another process listens there. ` +
      'Choose with PORT and HOST.\n',
  })
  expect(existsSync(nowhere)).toBe(false)
})

test('a secret key that others can read', async () => {
  const path = join(dataDir, 'secret.key')
  await chmod(path, 0o644)
  const outcome = await quayRobots(env, ['serve'])
  await chmod(path, 0o600)
  expect(outcome).toEqual({
    code: 3,
    stdout: '',
    stderr:
      `Cannot use the secret key of the embedded database: ${path} can be read by other users; ` +
      'allow only its owner (chmod 600)\n',
  })
})

test('a secret key that was lost', async () => {
  const path = join(dataDir, 'secret.key')
  const key = await readFile(path, 'utf8')
  await rm(path)
  const { code, stdout, stderr } = await quayRobots(env, ['serve'])
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toBe(
    `The secret key of the embedded database is missing: ${path}. Put it back from a backup, or ` +
      'give it as SECRET_KEY. Where it is lost for good, with a new SECRET_KEY: npm run --silent cli -- keys reset\n',
  )
  expect(existsSync(path)).toBe(false)

  await writeFile(path, randomBytes(32).toString('base64'), { mode: 0o600 })
  const other = await quayRobots(env, ['serve'])
  expect(other).toMatchObject({ code: 3, stdout: '' })
  expect(other.stderr).toMatch(
    /^This SECRET_KEY is not the one .*\(key id [0-9a-f]{16}\)\. Start with the key .+\n$/,
  )
  await writeFile(path, key)
})

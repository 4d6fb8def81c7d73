import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { quayRobots } from './program.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

// A PostgreSQL server with a certificate of its own, which refuses whoever gets so far as to log in.

const FIELDS = Buffer.from('SFATAL\0VFATAL\0C28P01\0Mno such password\0\0')
const LENGTH = Buffer.from([0, 0, 0, FIELDS.length + 4])
const REFUSAL = Buffer.concat([Buffer.from('E'), LENGTH, FIELDS])

let folder: string
let server: Server
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quay-robots-tls-'))
  const make =
    'openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1'
  execFileSync('sh', ['-c', make], { cwd: folder, stdio: 'ignore' })
  const read = (name: string) => readFileSync(join(folder, name))
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('S')
      const secure = new TLSSocket(socket, {
        isServer: true,
        key: read('key.pem'),
        cert: read('ca.pem'),
      })
      secure.on('error', () => {}).once('data', () => secure.end(REFUSAL))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const migrate = (query: string) => {
  const { port } = server.address() as AddressInfo
  const DATABASE_URL = `postgresql://quay:hunter2@127.0.0.1:${port}/quay?${query}`
  return quayRobots({ DATABASE_URL }, ['migrate'])
}

test.each(['require', 'verify-full'])(
  'sslmode=%s alone: says what lets it be believed',
  async (mode) => {
    const { code, stderr } = await migrate(`sslmode=${mode}`)
    expect(code).toBe(3)
    expect(stderr).toMatch(/: self-signed certificate\. .* sslrootcert=.* or sslmode=no-verify/)
    expect(stderr).not.toContain('hunter2')
  },
)

test('with sslrootcert, and with no-verify, it gets to log in', async () => {
  for (const query of [`sslmode=verify-full&sslrootcert=${folder}/ca.pem`, 'sslmode=no-verify']) {
    expect(await migrate(query)).toEqual({
      code: 3,
      stdout: '',
      stderr: 'The database cannot be reached or used: no such password.\n',
    })
  }
})

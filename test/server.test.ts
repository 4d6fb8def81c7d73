import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { loadConfig } from '../src/config/config.ts'
import { createLogger } from '../src/plugins/logging.ts'
import { startServer } from '../src/server.ts'
import { apiOf } from './helpers/api.ts'
import { logIn } from './helpers/held-requests.ts'
import { freePort } from './helpers/ports.ts'
import { createEmptyPglite } from './helpers/postgres.ts'

it('a stop waits for the work of callers who hung up before the database closes', async () => {
  const { options, drop } = await createEmptyPglite()
  const port = await freePort()
  const config = loadConfig({ PORT: String(port), DATA_DIR: options.dataDir, DRAIN_SECONDS: '0' })
  let log = ''
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  const server = await startServer(config, createLogger('info', sink))
  const root = { username: 'root', password: 'password-of-root', email: 'root@example.com' }
  await apiOf(config.publicUrl).as().post('/api/v1/user/initialize', root).expect(200)

  // Each password takes its time on another thread, and an entry in the log then.
  for (let index = 0; index < 6; index++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(logIn('root', `wrong-password-${index}`))
    await sleep(5)
    socket.destroy()
  }
  await server.close()
  await sleep(500)
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ level }) => level >= 40)).toEqual([])
  expect(lines.filter(({ path }) => path === '/v2/auth')).toHaveLength(6)
  await drop()
})

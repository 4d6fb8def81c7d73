import { connect } from 'node:net'
import { memoryOf } from '../../lab/memory.ts'
import { bearerCall, createAccounts } from '../world.ts'
import type { Bound } from './bound.ts'
import { watch } from './watch.ts'

const CONNECTIONS = 400
const BODY = Buffer.alloc(1_048_576 - 20, 'x')

/** Many callers send large bodies at once for what they have no right to. */
export const bodies: Bound = {
  name: 'bodies',
  async measure({ engine, start }) {
    const server = await start(await engine.create())
    const url = server.url
    const admin = await createAccounts(url, ['acme'])
    const call = bearerCall(url, admin)
    const application = await call('POST', '/api/v1/organization/acme/applications', { name: 'ci' })
    const path = `/api/v1/organization/acme/applications/${application.client_id}/tokens`
    const { token } = await call('POST', path, { name: 'reader', scope: 'repo:read' })
    await storm(server.port, String(token), 20) // what is loaded and compiled on the way counts as there before
    const before = (await memoryOf(server.pid)).rss
    const {
      result: refused,
      rss,
      liveP99,
    } = await watch(server, () => storm(server.port, String(token), CONNECTIONS))
    await server.stop()
    return [
      {
        what: `of ${CONNECTIONS} answered 403, the others`,
        value: CONNECTIONS - refused,
        unit: '',
        most: 0,
      },
      { what: 'resident memory before', value: before, unit: 'MB' },
      { what: 'more at the most', value: rss - before, unit: 'MB', most: 40 },
      { what: '/live p99', value: liveP99, unit: 'ms' },
    ]
  },
}

/** @returns how many were answered 403 */
async function storm(port: number, token: string, connections: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: connections }, () => put(port, token)))
  return answers.filter((status) => status === 403).length
}

function put(port: number, token: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (text.includes('\r\n\r\n')) socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(text.slice(9, 12))))
    socket.write(
      `PUT /api/v1/organization/acme/robots/ci HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${BODY.length + 18}\r\n\r\n{"description":"`,
    )
    socket.write(BODY)
    socket.write('"}')
  })
}

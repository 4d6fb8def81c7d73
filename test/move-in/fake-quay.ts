import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** Answers a request itself; false: the recorded answer follows. */
type Handler = (response: ServerResponse, request: IncomingMessage) => boolean

export type FakeQuay = Awaited<ReturnType<typeof startFakeQuay>>

/** A server that answers what was recorded, by path, and as a test says otherwise; with a certificate (PEM) over TLS, as its name. */
export async function startFakeQuay(
  recorded: Record<string, unknown>,
  tls?: { hostname: string; key: string; cert: string },
) {
  let handler: Handler = () => false
  const asked: string[] = []
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { url = '/' } = request
    const path = new URL(url, 'http://quay').pathname
    asked.push(url)
    if (handler(response, request)) return
    const body = recorded[path]
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? {}))
  }
  const server = tls ? createTlsServer(tls, handle) : createServer(handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const url = tls ? `https://${tls.hostname}:${port}` : `http://127.0.0.1:${port}`
  return {
    url,
    asked,
    /** From now on. */
    answer(next: Handler) {
      handler = next
      asked.length = 0
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Answers one path, as often as it says, with a status, headers and text. */
export function instead(
  path: string,
  status: number,
  text: string,
  { headers = {}, times = Number.POSITIVE_INFINITY } = {},
): Handler {
  let left = times
  return (response, { url = '' }) => {
    if (new URL(url, 'http://quay').pathname !== path || left === 0) return false
    left -= 1
    response.writeHead(status, headers).end(text)
    return true
  }
}

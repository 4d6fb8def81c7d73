import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepDoing } from './load.ts'
import { statusOf } from './server.ts'

const POLL_MS = 100

/** Sends requests in turn to the servers whose `/ready` answers 200; it never tries one twice. */
export async function startBalancer(urls: string[]) {
  // As balancers do, it keeps connections open.
  const agent = new Agent({ keepAlive: true })
  let ready = [...urls]
  let turn = 0
  // One after another: an answer that is late must not replace a later one.
  const stopPolling = keepDoing(async () => {
    const states = await Promise.all(
      urls.map(async (url) => (await statusOf(`${url}/ready`)) === 200),
    )
    ready = urls.filter((_, index) => states[index])
    await sleep(POLL_MS)
  }, 1)

  function handle(incoming: IncomingMessage, answer: ServerResponse) {
    turn += 1
    const target = ready[turn % Math.max(1, ready.length)]
    if (target === undefined) {
      answer.writeHead(502).end()
      return
    }
    const { method, headers } = incoming
    const outgoing = httpRequest(target + incoming.url, { method, headers, agent })
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.writeHead(502).end())
    incoming.pipe(outgoing)
  }

  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      void stopPolling()
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

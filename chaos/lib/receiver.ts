import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { listenOnLoopback } from '../../test/helpers/loopback-server.ts'

/** From a request to its answer (ms): long enough to kill the server in between. */
const ANSWER_AFTER = 20

interface Event {
  type: string
  data: Record<string, unknown>
}

/** A target of webhooks that takes what is signed by a secret. */
export async function startReceiver() {
  const events: Event[] = []
  let webhook: Webhook | undefined
  let refused = 0
  let told = () => {}
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined)
    if (body === undefined) return // the server was killed while it sent that
    try {
      events.push(webhook?.verify(body, request.headers as Record<string, string>) as Event)
    } catch {
      refused += 1
    }
    told()
    await sleep(ANSWER_AFTER)
    response.writeHead(204).end()
  })
  const { port, close } = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${port}/`,
    events,
    /** How many requests had another signature. */
    refused: () => refused,
    trust: (secret: string) => {
      webhook = new Webhook(secret)
    },
    /** Resolves when the next request has come, before it is answered. */
    next: () => new Promise<void>((resolve) => (told = resolve)),
    close,
  }
}

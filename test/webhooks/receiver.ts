import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import { listenOnLoopback } from '../helpers/loopback-server.ts'

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

type Answer = (response: ServerResponse) => void

export interface Received {
  path: string | undefined
  headers: Record<string, string>
  body: string
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()

/** Takes a connection and never answers. */
export const silence: Answer = () => {}

/** A target on loopback that takes what is posted to it, and answers 204 unless told otherwise. */
export async function startReceiver() {
  const received: Received[] = []
  let answer: Answer = status(204)
  const server = createServer(async (request, response) => {
    const body = await text(request)
    received.push({
      ...{ path: request.url, body },
      headers: request.headers as Record<string, string>,
    })
    answer(response)
  })
  const { port, close } = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer(with_: Answer) {
      answer = with_
    },
    close,
  }
}

/**
 * What was received, once the library of Standard Webhooks has verified it at a time.
 *
 * @throws {Error} if it does not
 */
export function verify(secret: string, { headers, body }: Received, at: Date) {
  vi.useFakeTimers({ now: at, toFake: ['Date'] })
  try {
    return new Webhook(secret).verify(body, headers) as {
      type: string
      timestamp: string
      data: Record<string, unknown>
    }
  } finally {
    vi.useRealTimers()
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { retryAfterOf } from '../domain/retry-after.ts'
import { discard, readContent } from '../oidc/json-answer.ts'
import { isTlsCode } from '../oidc/tls-codes.ts'
import { createPace } from './pace.ts'
import { SourceError } from './source-error.ts'

/** Longest time of a request, body included (ms): lists of many robots take Quay long. */
const TIMEOUT = 60_000
/** Largest answer (bytes): all robots of an organization come in one. */
const MAX_BYTES = 64 * 1024 * 1024
/** How often a request is sent that fails for a moment. */
const TRIES = 6
/** The wait after the first failure (ms); it doubles with each. */
const FIRST_WAIT = 500
/** Longest wait that a server is granted (ms). */
const LONGEST_WAIT = 300_000

/** Answers after which the same request may succeed. */
const FOR_A_MOMENT = new Set([429, 500, 502, 503, 504])

export interface QuaySource {
  /** Where the API is, without `/api/v1`. */
  url: URL
  /** An OAuth token of Quay. */
  token: string
  /** Trusted certificates (PEM) instead of those that Node trusts. */
  ca?: string | undefined
  /** URL of a proxy that opens the connections. */
  proxy?: string | undefined
  /** Most requests a second. */
  rate: number
  wait?: (ms: number) => Promise<unknown>
}

/** An answer: its status, and the document where there is one. */
interface Answer {
  status: number
  document: unknown
}

export type QuayRequests = ReturnType<typeof createQuayRequests>

/**
 * Asks a running Quay, with bounds on time, size and pace, and again where that may help. The address is the operator's own
 * choice, so it may lie anywhere; redirects are not followed, since the token would go along.
 */
export function createQuayRequests({ wait = sleep, ...source }: QuaySource) {
  const pace = createPace(source.rate, wait)
  let agent: Promise<Dispatcher> | undefined

  /** What a message calls a request. */
  const placeOf = (path: string) => `GET ${new URL(path, source.url).href}`

  async function send(path: string): Promise<Answer & { retryAfter: string | undefined }> {
    const { request } = await import('undici')
    agent ??= createAgent(source)
    const signal = AbortSignal.timeout(TIMEOUT)
    const answer = await request(new URL(path, source.url), {
      dispatcher: await agent,
      signal,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${source.token}`,
        'user-agent': 'quay-robots',
        'x-requested-with': 'XMLHttpRequest',
      },
    })
    const { statusCode: status, headers } = answer
    const retryAfter = headers['retry-after']?.toString()
    if (status !== 200) {
      discard(answer.body)
      return { status, document: undefined, retryAfter }
    }
    const text = (await readContent(answer, MAX_BYTES)).toString()
    return { status, document: parse(text, placeOf(path)), retryAfter }
  }

  /** @throws {SourceError} where nothing helps */
  async function ask(path: string): Promise<Answer> {
    for (let tries = 1, pause = FIRST_WAIT; ; tries += 1, pause *= 2) {
      await pace.turn()
      const answer = await send(path).catch((error: Error) => {
        if (isLasting(error) || tries === TRIES) throw inWords(error, placeOf(path))
        return undefined
      })
      if (answer && !(FOR_A_MOMENT.has(answer.status) && tries < TRIES)) return answer
      await wait(Math.max(pause, Math.min(retryAfterOf(answer?.retryAfter) ?? 0, LONGEST_WAIT)))
    }
  }

  return {
    placeOf,

    /**
     * The document at a path.
     *
     * @param path of the API, with its query
     * @returns undefined where there is none (404)
     * @throws {SourceError}
     */
    async find(path: string): Promise<unknown> {
      const { status, document } = await ask(path)
      if (status === 200) return document
      if (status === 404) return undefined
      throw new SourceError(`${placeOf(path)}: ${meaningOf(status)}`, status)
    },

    async close() {
      await (await agent)?.destroy()
    },
  }
}

async function createAgent({ ca, proxy }: QuaySource): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici')
  const bounds = { connections: 8, headersTimeout: TIMEOUT, bodyTimeout: TIMEOUT }
  return proxy === undefined
    ? new Agent({ ...bounds, connect: { ca, autoSelectFamily: true } })
    : new ProxyAgent({ ...bounds, uri: proxy, requestTls: { ca } })
}

/** @throws {SourceError} without a word of the text */
function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const what = /^\s*</.test(text) ? 'a page of HTML' : 'something else'
    throw new SourceError(
      `${place}: the answer is ${what}, not JSON. Is this the address of a Quay?`,
    )
  }
}

function meaningOf(status: number): string {
  if (status === 401) return 'the token is not valid there, or has ended (401)'
  if (status === 403) return 'the token may not read this (403)'
  if (status >= 300 && status < 400) {
    return `the answer leads elsewhere (${status}): give the address that it leads to`
  }
  return `HTTP status ${status}`
}

function inWords(error: Error & { code?: string }, place: string): SourceError {
  if (error instanceof SourceError) return error
  const reason = error.name === 'TimeoutError' ? 'no complete answer in time' : reasonOf(error)
  return new SourceError(`${place}: ${reason}`)
}

/** A certificate, a name, or a proxy that refuses with a status: the next try would fail as this one. */
const isLasting = (error: Error & { code?: string }) =>
  error instanceof SourceError ||
  isTlsCode(error.code ?? '') ||
  error.code === 'ENOTFOUND' ||
  (error.code === 'UND_ERR_ABORTED' && error.message.startsWith('Proxy response'))

/** Several addresses may have been tried. */
const reasonOf = (error: Error & { code?: string; errors?: Error[] }): string =>
  error.message || (error.errors?.[0]?.message ?? error.code ?? error.name)

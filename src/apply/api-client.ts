import { setTimeout as sleep } from 'node:timers/promises'
import { nextPageOf } from '../domain/next-page.ts'
import { retryAfterOf } from '../domain/retry-after.ts'

/** How long an answer may take (milliseconds): longer than the service works at a request. */
const ANSWER_MS = 60_000
/** How often something is asked for. */
const TRIES = 5
/** Between tries where the service does not say (milliseconds), times the number of tries. */
const PAUSE_MS = 500
/** Longest time that a service has its callers wait (milliseconds). */
const LONGEST_WAIT = 120_000

/** Requests at a time: enough that the way there and back does not add up, few for a service that has others to serve. */
export const AT_A_TIME = 6

/** A change, as it goes over the wire. */
export interface ChangeRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: object | undefined
  /** Entity tag of what it is meant for. */
  ifMatch?: string | undefined
}

export interface Answer<Body> {
  body: Body
  tag: string
}

/** The service said no. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** There is no service, or it does not work. */
export class ApiUnavailable extends Error {
  override readonly name = 'ApiUnavailable'
}

export type ApiClient = ReturnType<typeof createApiClient>

/**
 * Calls the API of a service with a token. What is only read is tried again where the network or the service fails for a
 * moment; a change only where the service says that it has not begun (429).
 *
 * @param server URL without a slash at its end
 */
export function createApiClient({ server, token }: { server: string; token: string }) {
  async function once(method: string, path: string, { body, ifMatch }: Partial<ChangeRequest>) {
    try {
      const answer = await fetch(`${server}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(ifMatch && { 'if-match': ifMatch }),
        },
        body: body ? JSON.stringify(body) : null,
        // A token is for the server that was named.
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      return { answer, text: await answer.text() }
    } catch (error) {
      throw new ApiUnavailable(`${server} does not answer: ${reasonOf(error as Error)}`)
    }
  }

  async function call<Body>(
    method: string,
    path: string,
    change: Partial<ChangeRequest>,
    mayRepeat: (status: number | undefined) => boolean,
  ): Promise<Answer<Body>> {
    for (let tries = 1; ; tries += 1) {
      const isLast = tries === TRIES
      const result = await once(method, path, change).catch((error: Error) => {
        if (isLast || !mayRepeat(undefined)) throw error
      })
      const status = result?.answer.status
      if (result && (isLast || status === undefined || !mayRepeat(status))) {
        return outcomeOf<Body>(result.answer, result.text)
      }
      await sleep(waitOf(result?.answer.headers.get('retry-after'), tries))
    }
  }

  function outcomeOf<Body>(answer: Response, text: string): Answer<Body> {
    const { status, headers } = answer
    if (status >= 300 && status < 400) {
      throw new ApiUnavailable(
        `${server} sends callers on to ${headers.get('location')}: give that as --server if it is the service`,
      )
    }
    const body = jsonOf(text)
    if (status >= 500) throw new ApiUnavailable(`${server} failed: ${wordsOf(body)} (${status})`)
    if (!answer.ok) throw refusalOf(answer, body)
    if (body === undefined && status !== 204) {
      throw new ApiUnavailable(
        `${server} answers with something else than JSON: is it the service?`,
      )
    }
    return { body: body as Body, tag: headers.get('etag') ?? '' }
  }

  const get = <Body>(path: string) =>
    call<Body>('GET', path, {}, (status) => status === undefined || WORTH_ANOTHER.has(status))

  return {
    server,
    get,

    /** Undefined where there is no such thing. */
    async find<Body>(path: string): Promise<Answer<Body> | undefined> {
      try {
        return await get<Body>(path)
      } catch (error) {
        if (error instanceof ApiRefusal && error.status === 404) return undefined
        throw error
      }
    },

    /** All pages of a list. */
    async list<Page extends { next_page?: string }>(path: string): Promise<Page[]> {
      const pages: Page[] = []
      let next: string | undefined
      do {
        const { body } = await get<Page>(next === undefined ? path : nextPageOf(path, next))
        pages.push(body)
        next = body.next_page
      } while (next !== undefined)
      return pages
    },

    change: ({ method, path, ...change }: ChangeRequest) =>
      call<unknown>(method, path, change, (status) => status === 429),
  }
}

/** Too many requests; a proxy or the service that has no room or no database for a moment. */
const WORTH_ANOTHER = new Set([429, 502, 503, 504])

const waitOf = (retryAfter: string | null | undefined, tries: number) =>
  Math.min(retryAfterOf(retryAfter) ?? PAUSE_MS * tries, LONGEST_WAIT)

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Where a token does not reach, Quay's API says 401 in places, as for a token that is no good; the challenge tells which it is
 * (RFC 6750 §3.1).
 */
function refusalOf({ status, headers }: Response, body: unknown): ApiRefusal {
  if (status !== 401) return new ApiRefusal(status, `${wordsOf(body)} (${status})`)
  return headers.get('www-authenticate')?.includes('error=')
    ? new ApiRefusal(401, 'the token is wrong, revoked or expired (401)')
    : new ApiRefusal(403, 'Unauthorized (401)')
}

/** What the service says, in whichever of the API's forms. */
function wordsOf(body: unknown): string {
  const { detail, error_message, message, error } = (body ?? {}) as Record<string, unknown>
  const words = [detail, error_message, message, error].find((one) => typeof one === 'string')
  return (words as string | undefined) ?? 'no reason given'
}

/** Of a failed `fetch`, whose own message says nothing. */
function reasonOf({ message, name, cause }: Error): string {
  if (name === 'TimeoutError') return `no answer in ${ANSWER_MS / 1000} s`
  const { code, message: why } = (cause ?? {}) as { code?: string; message?: string }
  return why || code || message
}

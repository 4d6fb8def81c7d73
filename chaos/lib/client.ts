import { Agent, request } from 'undici'

/** Longest time that a request may take: 10 s at work, and some for a busy machine (ms). */
export const DEADLINE = 12_000

export interface Answer {
  /** 0: no answer, the connection broke or was refused. */
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: what came is looked at by whoever asked.
  body: any
  retryAfter: string | undefined
  ms: number
  /** When it was sent, of `performance.now()`. */
  startedAt: number
}

export type Client = ReturnType<typeof createClient>

/**
 * Calls a service with an API token; every call ends in an answer, and is remembered.
 *
 * @param address where the calls come from
 */
export function createClient(url: string, { token = '', connections = 16, address = '' } = {}) {
  const agent = new Agent({ connections, headersTimeout: DEADLINE, bodyTimeout: DEADLINE })
  const answers: Answer[] = []

  async function call(
    method: string,
    path: string,
    options: { body?: object; authorization?: string; from?: string } = {},
  ) {
    const startedAt = performance.now()
    const { body, authorization = `Bearer ${token}`, from = address } = options
    const answer: Answer = { status: 0, body: undefined, retryAfter: undefined, ms: 0, startedAt }
    try {
      const response = await request(url + path, {
        dispatcher: agent,
        method: method as 'GET',
        headers: {
          authorization,
          ...(body && { 'content-type': 'application/json' }),
          ...(from && { 'x-forwarded-for': from }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.body.text()
      answer.status = response.statusCode
      answer.body = /^[{[]/.test(text) ? JSON.parse(text) : text
      answer.retryAfter = response.headers['retry-after'] as string | undefined
    } catch {
      answer.status = 0
    }
    answer.ms = Math.round(performance.now() - startedAt)
    answers.push(answer)
    return answer
  }

  return {
    call,
    get: (path: string) => call('GET', path),
    /** A log-in of a robot to the registry. */
    login: (user: string, password: string, from = address) =>
      call('GET', '/v2/auth', {
        from,
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      }),
    /** Forgets and answers what came so far. */
    takeAnswers: () => answers.splice(0),
    close: () => agent.destroy(),
  }
}

/** Makes the first user and the organization `acme`; answers the user's API token. */
export async function initialize(url: string): Promise<string> {
  const anybody = createClient(url)
  const user = { username: 'root', password: 'correct-horse', email: 'root@example.com' }
  const { body } = await anybody.call('POST', '/api/v1/user/initialize', {
    body: { ...user, access_token: true },
  })
  const token: string = body.access_token
  const client = createClient(url, { token })
  const { status } = await client.call('POST', '/api/v1/organization/', { body: { name: 'acme' } })
  if (status !== 201) throw new Error(`no organization: ${status}`)
  await Promise.all([anybody.close(), client.close()])
  return token
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

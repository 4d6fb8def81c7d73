import type { Dispatcher } from 'undici'
import { parseUrl } from '../domain/parse-url.ts'
import { createGuardedRequests, type GuardedNetwork, type Send } from './guarded-requests.ts'
import { IssuerError } from './issuer-error.ts'
import { FETCH_TIMEOUT, MAX_DOCUMENT_BYTES, MAX_REDIRECTS } from './issuer-limits.ts'
import { discard, readJson } from './json-answer.ts'

/** Fetches and parses a JSON document. */
export type FetchJson = (url: string) => Promise<unknown>

export interface GuardedFetch {
  fetchJson: FetchJson
  /** Cuts all connections; requests under way fail. */
  close(): Promise<void>
}

export interface GuardedFetchOptions extends Omit<GuardedNetwork, 'timeoutMs'> {
  /** For all of a fetch, redirects and body included; milliseconds. */
  timeoutMs?: number
  maxBytes?: number
}

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308])
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'quay-robots',
}

/**
 * Makes the client that fetches URLs taken from tokens and from issuers' answers: it trusts neither, so the URL of every
 * redirect is guarded, too. Size and redirects are bounded.
 *
 * Its `fetchJson` throws IssuerError.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { timeoutMs = FETCH_TIMEOUT, maxBytes = MAX_DOCUMENT_BYTES, ...network } = options
  const requests = createGuardedRequests({ ...network, timeoutMs })

  async function follow(send: Send, url: URL, redirects = 0): Promise<Dispatcher.ResponseData> {
    const response = await send(url, { headers: HEADERS })
    if (!REDIRECT_STATUSES.has(response.statusCode)) return response
    discard(response.body)
    if (redirects === MAX_REDIRECTS) throw new IssuerError('redirect', 'Too many redirects')
    return follow(send, redirectTarget(response, url), redirects + 1)
  }

  return {
    fetchJson: (url) =>
      requests.run(async (send) => readJson(await follow(send, new URL(url)), maxBytes)),
    close: requests.close,
  }
}

function redirectTarget({ headers }: Dispatcher.ResponseData, base: URL): URL {
  const { location } = headers
  const target = location === undefined ? undefined : parseUrl(String(location), base)
  if (target === undefined) throw new IssuerError('redirect', 'Redirect without a valid location')
  return target
}

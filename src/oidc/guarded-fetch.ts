import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Dispatcher } from 'undici'
import type { AddressPolicy } from '../domain/issuer-address.ts'
import { connectionError, IssuerError } from './issuer-error.ts'
import { discard, readJson } from './json-answer.ts'
import { createResolver, type ResolveHost } from './resolve-host.ts'

/** Fetches and parses a JSON document. */
export type FetchJson = (url: string) => Promise<unknown>

export interface GuardedFetch {
  fetchJson: FetchJson
  /** Cuts all connections; requests under way fail. */
  close(): Promise<void>
}

export interface GuardedFetchOptions {
  addressPolicy: AddressPolicy
  /** Default: DNS. */
  lookup?: ResolveHost
  /** For all of a fetch, redirects and body included; milliseconds. */
  timeoutMs?: number
  maxBytes?: number
  /** Trusted certificates (PEM) instead of those that Node trusts. */
  ca?: string | undefined
  /** URL of a proxy that opens the connections (RFC 9110 §9.3.6), and resolves the names. */
  proxy?: string | undefined
}

/** Not before the first fetch: it is a sixth of what a start loads, and few services need it at once. */
const loadUndici = () => import('undici')

const maxRedirects = 3
const redirectStatuses = new Set([301, 302, 303, 307, 308])
/** Copied for each request: a proxy's agent adds the host. */
const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'quay-robots',
}

/**
 * Makes the only client that fetches URLs taken from tokens and from issuers' answers, so it trusts
 * neither (docs/issuers.md): the URL of every redirect, too, and every address its name
 * resolves to must pass the address policy, and the connection goes to the very addresses checked.
 * Behind a proxy only the names are checked: it alone knows the addresses. Time, size and redirects are bounded. Each fetch has connections of its own, so that a slow one holds up no other,
 * not even at the same host.
 *
 * Its `fetchJson` throws IssuerError.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { addressPolicy, timeoutMs = 4_000, maxBytes = 64 * 1024, ca, proxy } = options
  const resolve = options.lookup ?? createResolver()
  const agents = new Set<Dispatcher>()
  const connect = {
    ca,
    lookup: createGuardedLookup(addressPolicy, resolve),
    autoSelectFamily: true,
    timeout: timeoutMs,
  }

  async function follow(
    url: URL,
    by: { dispatcher: Dispatcher; signal: AbortSignal },
    redirects = 0,
  ): Promise<Dispatcher.ResponseData> {
    const refusal = addressPolicy.refusalOf(url)
    if (refusal !== undefined) throw new IssuerError('address', `${url.hostname}: ${refusal}`)
    const { request } = await loadUndici()
    const response = await request(url, { ...by, headers: { ...HEADERS } })
    if (!redirectStatuses.has(response.statusCode)) return response
    discard(response.body)
    if (redirects === maxRedirects) throw new IssuerError('redirect', 'Too many redirects')
    return follow(redirectTarget(response, url), by, redirects + 1)
  }

  async function createAgent(): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await loadUndici()
    return proxy === undefined
      ? new Agent({ connections: 1, connect })
      : new ProxyAgent({ uri: proxy, requestTls: { ca }, connections: 1 })
  }

  async function fetchJson(url: string): Promise<unknown> {
    const signal = AbortSignal.timeout(timeoutMs)
    const dispatcher = await createAgent()
    agents.add(dispatcher)
    try {
      const response = await follow(new URL(url), { dispatcher, signal })
      return await readJson(response, maxBytes)
    } catch (error) {
      throw toIssuerError(error, signal)
    } finally {
      agents.delete(dispatcher)
      await dispatcher.destroy()
    }
  }

  async function close() {
    await Promise.all([...agents].map((agent) => agent.destroy()))
  }

  return { fetchJson, close }
}

/**
 * Refuses a name as soon as one of its addresses is refused. With `autoSelectFamily` Node always
 * asks for all addresses, and connects to no other ones.
 */
function createGuardedLookup(policy: AddressPolicy, resolve: ResolveHost): LookupFunction {
  async function resolveChecked(hostname: string): Promise<LookupAddress[]> {
    const answers = await resolve(hostname).catch((error: NodeJS.ErrnoException) => {
      throw new IssuerError('dns', `The name cannot be resolved: ${error.code}`)
    })
    if (answers.length === 0) throw new IssuerError('dns', 'The name has no address')
    if (answers.every(({ address }) => policy.permits(hostname, address))) return answers
    const reason = 'URL resolves to a private or reserved IP address'
    throw new IssuerError('address', `${hostname}: ${reason}`)
  }

  return (hostname, _options, callback) => {
    resolveChecked(hostname).then(
      (answers) => callback(null, answers),
      (error) => callback(error, []),
    )
  }
}

function redirectTarget({ headers }: Dispatcher.ResponseData, base: URL): URL {
  const location = String(headers.location)
  if (headers.location === undefined || !URL.canParse(location, base.href)) {
    throw new IssuerError('redirect', 'Redirect without a valid location')
  }
  return new URL(location, base)
}

function toIssuerError(error: unknown, deadline: AbortSignal): IssuerError {
  if (error instanceof IssuerError) return error
  if (deadline.aborted) return new IssuerError('timeout', 'No complete answer in time')
  return connectionError(error)
}

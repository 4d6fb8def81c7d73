import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Dispatcher } from 'undici'
import type { AddressPolicy } from '../domain/issuer-address-policy.ts'
import { connectionError, IssuerError } from './issuer-error.ts'
import { createResolver, type ResolveHost } from './resolve-host.ts'

export interface GuardedNetwork {
  addressPolicy: AddressPolicy
  /** Default: DNS. */
  lookup?: ResolveHost
  /** For all of a piece of work; milliseconds. */
  timeoutMs: number
  /** Trusted certificates (PEM) instead of those that Node trusts. */
  ca?: string | undefined
  /** URL of a proxy that opens the connections (RFC 9110 §9.3.6), and resolves the names. */
  proxy?: string | undefined
}

interface Sent {
  method?: 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
}

/** Sends one request; the answer's body must be read or discarded. */
export type Send = (url: URL, request: Sent) => Promise<Dispatcher.ResponseData>

export type GuardedRequests = ReturnType<typeof createGuardedRequests>

/** Not before the first request: it is a sixth of what a start loads, and few services need it at once. */
const loadUndici = () => import('undici')

/**
 * Makes the only client for URLs that others have chosen, so it trusts none (docs/issuers.md): every URL, and every address
 * that its name resolves to, must pass the address policy, and the connection goes to the very addresses checked. Behind a
 * proxy only the names are checked: it alone knows the addresses. Time is bounded. Each piece of work has connections of its
 * own, so that a slow one holds up no other, not even at the same host.
 */
export function createGuardedRequests({
  addressPolicy,
  lookup,
  timeoutMs,
  ca,
  proxy,
}: GuardedNetwork) {
  const agents = new Set<Dispatcher>()
  const connect = {
    ca,
    lookup: createGuardedLookup(addressPolicy, lookup ?? createResolver()),
    autoSelectFamily: true,
    timeout: timeoutMs,
  }

  async function createAgent(): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await loadUndici()
    return proxy === undefined
      ? new Agent({ connections: 1, connect })
      : new ProxyAgent({ uri: proxy, requestTls: { ca }, connections: 1 })
  }

  const sendBy =
    (by: { dispatcher: Dispatcher; signal: AbortSignal }): Send =>
    async (url, sent) => {
      const refusal = addressPolicy.refusalOf(url)
      if (refusal !== undefined) throw new IssuerError('address', `${url.hostname}: ${refusal}`)
      const { request } = await loadUndici()
      // The headers are copied: a proxy's agent adds the host.
      return request(url, { ...sent, ...by, headers: { ...sent.headers } })
    }

  return {
    /** Does some work with what is sent and answered. @throws {IssuerError} */
    async run<Result>(work: (send: Send) => Promise<Result>): Promise<Result> {
      const signal = AbortSignal.timeout(timeoutMs)
      const dispatcher = await createAgent()
      agents.add(dispatcher)
      try {
        return await work(sendBy({ dispatcher, signal }))
      } catch (error) {
        throw toIssuerError(error, signal)
      } finally {
        agents.delete(dispatcher)
        await dispatcher.destroy()
      }
    },

    /** Cuts all connections; work under way fails. */
    async close() {
      await Promise.all([...agents].map((agent) => agent.destroy()))
    },
  }
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

function toIssuerError(error: unknown, deadline: AbortSignal): IssuerError {
  if (error instanceof IssuerError) return error
  if (deadline.aborted) return new IssuerError('timeout', 'No complete answer in time')
  return connectionError(error)
}

import {
  type AllowedHosts,
  allowedByEither,
  createAddressPolicy,
  parseAllowedHosts,
} from '../domain/issuer-address.ts'
import type { Nat64Prefix } from '../domain/nat64.ts'
import type { Clock } from '../domain/runtime.ts'
import type { Telemetry } from '../domain/telemetry.ts'
import { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts'
import { createIdentityTokenVerifier } from './identity-token.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import { createIssuerSources, type IssuerRoute, type OperatorRecords } from './issuer-sources.ts'

export type IssuerNetwork = Pick<GuardedFetchOptions, 'lookup' | 'timeoutMs'>

interface TrustOptions {
  oidcAllowedHosts: AllowedHosts | undefined
  oidcNat64Prefixes: readonly Nat64Prefix[]
  issuers: OperatorRecords
  network: IssuerNetwork
  clock: Clock
  telemetry: Telemetry
  maxRequests: number
}

/** The verifier of identity tokens, the sources of issuers' keys, and the network that they need. */
export function createTrust(options: TrustOptions) {
  const { clock, telemetry } = options
  const allowedAlways = options.oidcAllowedHosts ?? parseAllowedHosts([])
  const fetches: GuardedFetch[] = []

  function clientFor({ ca, proxy, allowed = parseAllowedHosts([]) }: IssuerRoute) {
    const hosts = allowedByEither(allowedAlways, allowed)
    const addresses = createAddressPolicy(hosts, options.oidcNat64Prefixes)
    const fetch = createGuardedFetch({ addressPolicy: addresses, ca, proxy, ...options.network })
    fetches.push(fetch)
    return { fetchJson: fetch.fetchJson, addresses }
  }

  const issuerSources = createIssuerSources(options.issuers, clientFor)
  const issuerKeys = createIssuerKeys({
    clock,
    telemetry,
    // The other half is left to requests that wait for no issuer.
    maxWaiting: Math.ceil(options.maxRequests / 2),
  })
  return {
    identityTokens: createIdentityTokenVerifier({ issuerKeys, clock }),
    issuerSources,
    issuerStates: issuerKeys.states,
    async close() {
      await Promise.all(fetches.map((fetch) => fetch.close()))
    },
  }
}

import { type AllowedHosts, allowedByEither, parseAllowedHosts } from '../domain/allowed-hosts.ts'
import { createAddressPolicy } from '../domain/issuer-address-policy.ts'
import type { Nat64Prefix } from '../domain/nat64.ts'
import { alone, type Peers } from '../domain/peers.ts'
import type { Clock } from '../domain/runtime.ts'
import type { Telemetry } from '../domain/telemetry.ts'
import { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts'
import { createIdentityTokenVerifier } from './identity-token.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import { mostWaiting } from './issuer-limits.ts'
import { createIssuerSources, type IssuerRoute, type OperatorRecords } from './issuer-sources.ts'

export type IssuerNetwork = Pick<GuardedFetchOptions, 'lookup' | 'timeoutMs'>

interface OidcServicesOptions {
  oidcAllowedHosts: AllowedHosts | undefined
  oidcNat64Prefixes: readonly Nat64Prefix[]
  issuers: OperatorRecords
  network: IssuerNetwork
  clock: Clock
  telemetry: Telemetry
  maxRequests: number
  peers: Peers | undefined
}

export type OidcServices = ReturnType<typeof createOidcServices>

/** The verifier of identity tokens, the sources of issuers' keys, and the network that they need. */
export function createOidcServices(options: OidcServicesOptions) {
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

  const issuerSources = createIssuerSources(
    options.issuers,
    clientFor,
    options.peers?.once ?? alone(clock),
  )
  const issuerKeys = createIssuerKeys({
    clock,
    telemetry,
    maxWaiting: mostWaiting(options.maxRequests),
  })
  return {
    identityTokens: createIdentityTokenVerifier({ issuerKeys, clock }),
    issuerKeys,
    issuerSources,
    issuerStates: issuerKeys.states,
    async close() {
      await Promise.all(fetches.map((fetch) => fetch.close()))
    },
  }
}

import { type AllowedHosts, createAddressPolicy } from '../domain/issuer-address.ts'
import type { Nat64Prefix } from '../domain/nat64.ts'
import type { Clock } from '../domain/runtime.ts'
import type { Telemetry } from '../domain/telemetry.ts'
import { createGuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts'
import { createIdentityTokenVerifier } from './identity-token.ts'
import { createIssuerKeys } from './issuer-keys.ts'

export type IssuerNetwork = Pick<GuardedFetchOptions, 'lookup' | 'timeoutMs'>

interface TrustOptions {
  oidcAllowedHosts: AllowedHosts | undefined
  oidcNat64Prefixes: readonly Nat64Prefix[]
  network: IssuerNetwork
  clock: Clock
  telemetry: Telemetry
  maxRequests: number
}

/** The verifier of identity tokens, with the network that it needs. */
export function createTrust({
  oidcAllowedHosts,
  oidcNat64Prefixes,
  network,
  clock,
  telemetry,
  maxRequests,
}: TrustOptions) {
  const { fetchJson, close } = createGuardedFetch({
    addressPolicy: createAddressPolicy(oidcAllowedHosts, oidcNat64Prefixes),
    ...network,
  })
  const issuerKeys = createIssuerKeys({
    fetchJson,
    clock,
    telemetry,
    // The other half is left to requests that wait for no issuer.
    maxWaiting: Math.ceil(maxRequests / 2),
  })
  return { identityTokens: createIdentityTokenVerifier({ issuerKeys, clock }), close }
}

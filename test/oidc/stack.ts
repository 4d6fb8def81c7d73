import { createAddressPolicy, parseAllowedHosts } from '../../src/domain/issuer-address.ts'
import type { Clock } from '../../src/domain/runtime.ts'
import { createGuardedFetch, type GuardedFetch } from '../../src/oidc/guarded-fetch.ts'
import {
  createIdentityTokenVerifier,
  type IdentityTokenVerifier,
} from '../../src/oidc/identity-token.ts'
import { createIssuerKeys, type IssuerKeys } from '../../src/oidc/issuer-keys.ts'

/** The module put together as the service does, with a clock that tests move. */
export interface Stack {
  fetch: GuardedFetch
  issuerKeys: IssuerKeys
  verifier: IdentityTokenVerifier
  clock: Clock
  passSeconds(seconds: number): void
}

/** Whoever sends tokens. */
export const CALLER = '192.0.2.1'

export interface StackOptions {
  allowedHosts?: string[]
  maxIssuers?: number
  maxBytes?: number
}

export function createStack({ allowedHosts = ['127.0.0.1'], ...limits }: StackOptions = {}): Stack {
  const addressPolicy = createAddressPolicy(parseAllowedHosts(allowedHosts))
  const fetch = createGuardedFetch({ addressPolicy })
  let offsetMs = 0
  const start = Date.now()
  const clock = () => new Date(start + offsetMs)
  const issuerKeys = createIssuerKeys({
    fetchJson: fetch.fetchJson,
    clock,
    maxWaiting: 250,
    ...limits,
  })
  return {
    fetch,
    issuerKeys,
    verifier: createIdentityTokenVerifier({ issuerKeys, clock }),
    clock,
    passSeconds: (seconds) => {
      offsetMs += seconds * 1000
    },
  }
}

import type { KeyObject } from 'node:crypto'
import type { KeySet } from '../../src/crypto/key-set.ts'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'
import { alone, type Peers } from '../../src/domain/peers.ts'
import type { Clock } from '../../src/domain/runtime.ts'
import { createGuardedFetch, type GuardedFetch } from '../../src/oidc/guarded-fetch.ts'
import {
  createIdentityTokenVerifier,
  type IdentityTokenVerifier,
  type VerifiedIdentity,
} from '../../src/oidc/identity-token.ts'
import { createIssuerKeys, type IssuerKeys } from '../../src/oidc/issuer-keys.ts'
import { createIssuerSources } from '../../src/oidc/issuer-sources.ts'

/** The module put together as the service does, with a clock that tests move. */
export interface Stack {
  fetch: GuardedFetch
  /** By issuers without a record. */
  issuerKeys: {
    /** The keys that serve now. */
    keySetOf(issuer: string, network: string): Promise<KeySet | undefined>
    tryKeys(issuer: string, ...rest: TryKeysRest): ReturnType<IssuerKeys['tryKeys']>
  }
  verifier: IdentityTokenVerifier
  /** Of a token that can be read. */
  verify(token: string): Promise<VerifiedIdentity>
  /** The first key of an issuer by its name; undefined if there is none. */
  findKey(issuer: string, kid: string, alg?: string): Promise<KeyObject | undefined>
  clock: Clock
  passSeconds(seconds: number): void
}

/** Whoever sends tokens. */
export const CALLER = '192.0.2.1'

type TryKeysRest = Parameters<IssuerKeys['tryKeys']> extends [unknown, ...infer Rest] ? Rest : never

export interface StackOptions {
  allowedHosts?: string[]
  maxIssuers?: number
  maxBytes?: number
  /** How processes of one server share work; by itself unless given. */
  once?: Peers['once']
}

export function createStack({
  allowedHosts = ['127.0.0.1'],
  once,
  ...limits
}: StackOptions = {}): Stack {
  const addressPolicy = createAddressPolicy(parseAllowedHosts(allowedHosts))
  const fetch = createGuardedFetch({ addressPolicy })
  let offsetMs = 0
  const start = Date.now()
  const clock = () => new Date(start + offsetMs)
  const client = { fetchJson: fetch.fetchJson, addresses: addressPolicy }
  const operators = { default: {}, named: new Map() }
  const sources = createIssuerSources(operators, () => client, once ?? alone(clock))
  const keys = createIssuerKeys({
    clock,
    maxWaiting: 250,
    ...limits,
  })
  const verifier = createIdentityTokenVerifier({ issuerKeys: keys, clock })
  const issuerKeys: Stack['issuerKeys'] = {
    async keySetOf(issuer, network) {
      let tried: KeySet | undefined
      function attempt(keySet: KeySet) {
        tried = keySet
        return undefined
      }
      await keys.tryKeys(sources.of(issuer), attempt, network)
      return tried
    },
    tryKeys: (issuer, ...rest) => keys.tryKeys(sources.of(issuer), ...rest),
  }
  return {
    fetch,
    issuerKeys,
    verifier,
    async verify(token) {
      const claimed = verifier.read(token)
      if ('problem' in claimed) throw new Error(claimed.problem)
      return verifier.verify(claimed, sources.of(claimed.issuer), CALLER)
    },
    async findKey(issuer, kid, alg = 'ES256') {
      let key: KeyObject | undefined
      const attempt = (keySet: KeySet) => {
        ;[key] = keySet.find({ kid, alg }) ?? []
        return key ? undefined : { want: 'key' as const, words: 'no such key' }
      }
      await issuerKeys.tryKeys(issuer, attempt, CALLER)
      return key
    },
    clock,
    passSeconds: (seconds) => {
      offsetMs += seconds * 1000
    },
  }
}

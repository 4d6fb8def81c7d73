import { afterEach, beforeEach } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'
import { createGuardedFetch, type GuardedFetchOptions } from '../../src/oidc/guarded-fetch.ts'
import { type Issuer, type IssuerOptions, startIssuer } from '../helpers/issuer.ts'
import { createStack, type Stack } from './stack.ts'

/** What is thrown where a token is refused. */
export const refusal = (message: string) => ({ code: 'exchange_refused', message })

/** The module put together, anew for each test of a file. */
export function stackOfEachTest() {
  let stack: Stack
  beforeEach(() => {
    stack = createStack()
  })
  afterEach(() => stack.fetch.close())
  return () => stack
}

/** An issuer on loopback, another one for each test of a file. */
export function issuerOfEachTest(options: IssuerOptions = {}) {
  let issuer: Issuer
  beforeEach(async () => {
    issuer = await startIssuer(options)
  })
  afterEach(() => issuer.close())
  return () => issuer
}

/** Makes fetches, which are closed after the test; `cleanups` are called then, too. */
export function fetchesOfEachTest() {
  const cleanups: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()))
  })
  return {
    cleanups,
    createFetch(allowedHosts: string[], options: Partial<GuardedFetchOptions> = {}) {
      const addressPolicy = createAddressPolicy(parseAllowedHosts(allowedHosts))
      const fetch = createGuardedFetch({ addressPolicy, ...options })
      cleanups.push(fetch.close)
      return fetch
    },
  }
}

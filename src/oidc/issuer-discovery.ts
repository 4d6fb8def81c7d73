import { z } from 'zod'
import { type KeySet, parseKeySet } from '../crypto/key-set.ts'
import { discoveryUrl, isSameIssuer, issuerProblem } from '../domain/issuer-url.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { IssuerError } from './issuer-error.ts'

const DiscoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() })

/**
 * Fetches an issuer's key set by way of its discovery document (OpenID Connect Discovery 1.0 §4).
 * @param issuer an `iss` claim, not trusted
 * @throws {IssuerError}
 */
export async function fetchKeySet(fetchJson: FetchJson, issuer: string): Promise<unknown> {
  if (issuerProblem(issuer) !== undefined) {
    throw new IssuerError('url', 'Issuer must be a URL without user info, query or fragment')
  }
  const discovery = DiscoveryDocument.safeParse(await fetchJson(discoveryUrl(issuer))).data
  if (!discovery) {
    throw new IssuerError('discovery', 'The discovery document names no issuer, or no keys')
  }
  if (!isSameIssuer(discovery.issuer, issuer)) {
    const reason = `Issuer '${issuer}' is not what its discovery document says`
    throw new IssuerError('issuer_mismatch', reason)
  }
  return fetchJson(discovery.jwks_uri)
}

/**
 * Reads a JSON Web Key Set.
 * @throws {IssuerError}
 */
export function readKeySet(document: unknown): KeySet {
  const keySet = parseKeySet(document)
  if (!keySet) throw new IssuerError('no_usable_key', 'It publishes no public key for signatures')
  return keySet
}

import { z } from 'zod'
import { exchangeRefused } from '../domain/exchange-errors.ts'
import { discoveryUrl, isSameIssuer } from '../domain/issuer-url.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { type KeySet, parseKeySet } from './key-set.ts'

const DiscoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() })

/**
 * Fetches an issuer's keys by way of its discovery document (OpenID Connect Discovery 1.0 §4).
 * @throws exchange_refused if the issuer is no proper URL, or its document names another issuer
 * @throws IssuerError if a document cannot be fetched
 * @throws Error if a document is not what it should be
 */
export async function fetchKeySet(fetchJson: FetchJson, issuer: string): Promise<KeySet> {
  const discovery = DiscoveryDocument.parse(await fetchJson(discoveryUrl(issuer)))
  if (!isSameIssuer(discovery.issuer, issuer)) {
    throw exchangeRefused(
      `Invalid token: Issuer '${issuer}' is not what its discovery document says`,
      'issuer_refused',
    )
  }
  return parseKeySet(await fetchJson(discovery.jwks_uri))
}

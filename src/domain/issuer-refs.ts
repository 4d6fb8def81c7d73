import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { MOST } from './fixed-limits.ts'

/** What an entry says of where the keys come from. */
export type NamedIssuer = Pick<FederationEntry, 'issuer' | 'issuer_ref'>

/** The records by which entries trust an issuer, each once; undefined for the keys that it publishes itself. */
const allIssuerRefs = (entries: readonly NamedIssuer[], issuer: string) => [
  ...new Set(entries.filter((one) => one.issuer === issuer).map((one) => one.issuer_ref)),
]

/** Those by whose keys a token of the issuer is tried, in this order. */
export const issuerRefs = (entries: readonly NamedIssuer[], issuer: string) =>
  allIssuerRefs(entries, issuer).slice(0, MOST.issuerRecords)

/**
 * Refuses to trust the issuer of a changed entry by more records than a token is tried with.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertFewRecords(entries: readonly NamedIssuer[], changed: readonly NamedIssuer[]) {
  for (const { issuer } of changed) {
    const { length } = allIssuerRefs(entries, issuer)
    if (length <= MOST.issuerRecords) continue
    throw invalidRequest(
      `Entries can trust an issuer by ${MOST.issuerRecords} issuer records at most, and trust '${issuer}' by ${length}`,
    )
  }
}

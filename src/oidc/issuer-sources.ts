import type { KeySet } from '../crypto/key-set.ts'
import type { AllowedHosts } from '../domain/issuer-address.ts'
import type { IssuerRules } from '../domain/issuer-record.ts'
import type { ListedBy } from '../domain/trusted-issuers.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { fetchKeySet, fetchKeys } from './issuer-discovery.ts'

/** Where the keys of an issuer come from, and what is laid down for its tokens. */
export interface IssuerSource {
  /** What is known of its keys is kept under this. */
  id: string
  issuer: string
  /** Where they are known without asking. */
  keySet?: KeySet | undefined
  /** @throws IssuerError */
  fetchKeySet: () => Promise<KeySet>
  rules: IssuerRules
  /** Whose record it is. */
  listedBy?: ListedBy
}

/** How issuers are asked. */
export interface IssuerRoute {
  /** PEM */
  ca?: string | undefined
  /** URL */
  proxy?: string | undefined
  allowed?: AllowedHosts | undefined
}

/** What the operator says of an issuer. */
export interface OperatorRecord {
  issuer: string
  keySet?: KeySet | undefined
  jwksUri?: string | undefined
  rules: IssuerRules
  route: IssuerRoute
}

export interface OperatorRecords {
  /** For issuers without a record. */
  default: IssuerRoute
  named: ReadonlyMap<string, OperatorRecord>
}

export type IssuerSources = ReturnType<typeof createIssuerSources>

/** @param fetchBy makes the client that asks issuers by a route */
export function createIssuerSources(
  records: OperatorRecords,
  fetchBy: (route: IssuerRoute) => FetchJson,
) {
  const sources = new Map<string, IssuerSource>()
  for (const [name, record] of records.named) {
    sources.set(name, recordSource(name, record, fetchBy(record.route)))
  }
  const fetchJson = fetchBy(records.default)

  return {
    /** The source of the operator's record with this name. */
    named: (name: string): IssuerSource | undefined => sources.get(name),

    /** The source for an issuer that no record is named for: the only record of that text, or its own documents. */
    of(issuer: string): IssuerSource {
      const [record, another] = [...sources.values()].filter((one) => one.issuer === issuer)
      if (record && !another) return record
      return {
        id: `issuer ${issuer}`,
        issuer,
        fetchKeySet: () => fetchKeySet(fetchJson, issuer),
        rules: {},
      }
    },
  }
}

function recordSource(
  name: string,
  { issuer, keySet, jwksUri, rules }: OperatorRecord,
  fetchJson: FetchJson,
): IssuerSource {
  const ask = () =>
    jwksUri === undefined ? fetchKeySet(fetchJson, issuer) : fetchKeys(fetchJson, jwksUri)
  return { id: `record ${name}`, issuer, keySet, fetchKeySet: ask, rules, listedBy: 'operator' }
}

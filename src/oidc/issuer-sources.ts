import type { KeySet } from '../crypto/key-set.ts'
import type { AllowedHosts } from '../domain/allowed-hosts.ts'
import type { AddressPolicy } from '../domain/issuer-address-policy.ts'
import type { IssuerRules } from '../domain/issuer-record-rules.ts'
import type { Peers } from '../domain/peers.ts'
import type { ListedBy } from '../domain/trusted-issuers.ts'
import type { FetchJson } from './guarded-fetch.ts'
import { fetchKeySet, readKeySet } from './issuer-discovery.ts'

interface FetchedKeys {
  keySet: KeySet
  /** ms since 1970 */
  fetchedAt: number
}

/** Where the keys of an issuer come from, and what is laid down for its tokens. */
export interface IssuerSource {
  /** What is known of its keys is kept under this. */
  id: string
  issuer: string
  /** Where they are known without asking. */
  keySet?: KeySet | undefined
  /**
   * Its keys, fetched after `since` (ms since 1970) by this process or another one of the server.
   *
   * @throws {IssuerError}
   */
  fetchKeySet: (since: number) => Promise<FetchedKeys>
  /** Why its keys can never be asked for, as far as addresses tell; undefined where they can. */
  addressRefusal: () => string | undefined
  rules: IssuerRules
  /** Of a record that may change: another one with every change. */
  revision?: string
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
interface OperatorRecord {
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

/** Asks issuers by a route. */
interface IssuerClient {
  fetchJson: FetchJson
  addresses: Pick<AddressPolicy, 'refusalOfHost'>
}

/**
 * @param clientFor makes the client of a route
 * @param once has one of the server's processes fetch for all
 */
export function createIssuerSources(
  records: OperatorRecords,
  clientFor: (route: IssuerRoute) => IssuerClient,
  once: Peers['once'],
) {
  const sharing = (id: string, fetchDocument: () => Promise<unknown>) => async (since: number) => {
    const fetched = await once(`keys of ${id}`, since, async () => {
      const document = await fetchDocument()
      readKeySet(document)
      return document
    })
    return { keySet: readKeySet(fetched.result), fetchedAt: fetched.at }
  }

  const sources = new Map<string, IssuerSource>()
  for (const [name, record] of records.named) {
    sources.set(name, recordSource(name, record, clientFor(record.route), sharing))
  }
  const client = clientFor(records.default)

  return {
    /** The source of the operator's record with this name. */
    named: (name: string): IssuerSource | undefined => sources.get(name),

    /** The source for an issuer that no record is named for: the only record of that text, or its own documents. */
    of(issuer: string): IssuerSource {
      const [record, another] = [...sources.values()].filter((one) => one.issuer === issuer)
      if (record && !another) return record
      const id = `issuer ${issuer}`
      return {
        id,
        issuer,
        fetchKeySet: sharing(id, () => fetchKeySet(client.fetchJson, issuer)),
        addressRefusal: () => client.addresses.refusalOfHost(new URL(issuer)),
        rules: {},
      }
    },
  }
}

function recordSource(
  name: string,
  { issuer, keySet, jwksUri, rules }: OperatorRecord,
  { fetchJson, addresses }: IssuerClient,
  sharing: (id: string, fetch: () => Promise<unknown>) => IssuerSource['fetchKeySet'],
): IssuerSource {
  const id = `record ${name}`
  const ask = () => (jwksUri === undefined ? fetchKeySet(fetchJson, issuer) : fetchJson(jwksUri))
  const addressRefusal = () =>
    keySet ? undefined : addresses.refusalOfHost(new URL(jwksUri ?? issuer))
  return {
    id,
    issuer,
    keySet,
    fetchKeySet: sharing(id, ask),
    addressRefusal,
    rules,
    listedBy: 'operator',
  }
}

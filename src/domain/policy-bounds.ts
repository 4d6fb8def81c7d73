import type { PolicyHolder, PolicyOf } from './robot-policy.ts'

/** What a policy has a place for, as the robots are searched for that have what it has none for. */
export interface PolicyBounds {
  /** Seconds that a secret lives at most: none where there are no secrets, infinite without a limit. */
  longestSecret: number
  /** Whether listed issuers alone may be trusted. */
  issuersListed: boolean
  /** Issuers that entries may name without a record. */
  listedIssuers: string[]
  /** Those that they may name with one: texts `record issuer`. */
  listedRecords: string[]
  /** Whether the records of an organization itself count, too. */
  ownRecordsListed: boolean
  /** How many robots there may be; infinite without a limit. */
  robotsMax: number
}

/** What the policy of a holder has a place for. */
export type BoundsOf = (holder: PolicyHolder) => PolicyBounds

/** @param records those of the operator, by name */
export function createBoundsOf(
  policyOf: PolicyOf,
  records: ReadonlyMap<string, { issuer: string }>,
): BoundsOf {
  const named = [...records].map(([name, { issuer }]) => ({ name, issuer }))
  const isOnly = ({ issuer }: { issuer: string }) =>
    named.filter((one) => one.issuer === issuer).length === 1
  // An issuer that several records are for is trusted by their names alone.
  const listedIssuers = named.filter(isOnly).map(({ issuer }) => issuer)
  const listedRecords = named.map(({ name, issuer }) => `${name} ${issuer}`)
  return (holder) => {
    const { secretsAllowed, secretMaxLifetime, trustedIssuers, robotsMax, own } = policyOf(holder)
    return {
      longestSecret: secretsAllowed ? secretMaxLifetime : 0,
      issuersListed: trustedIssuers === 'listed',
      ownRecordsListed: own.includes('trustedIssuers'),
      ...{ listedIssuers, listedRecords, robotsMax },
    }
  }
}

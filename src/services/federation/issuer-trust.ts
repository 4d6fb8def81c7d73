import { parseKeySet } from '../../crypto/key-set.ts'
import type { Db, DbOrTx } from '../../db/types.ts'
import { invalidRequest } from '../../domain/errors.ts'
import type { FederationEntry } from '../../domain/federation-entry.ts'
import { type IssuerFault, IssuerFaultError } from '../../domain/issuer-fault.ts'
import { isTrusted, type TrustedIssuers } from '../../domain/trusted-issuers.ts'
import type { IssuerSource, IssuerSources } from '../../oidc/issuer-sources.ts'
import { findIssuerRecord, type IssuerRecordRow } from '../../queries/issuer-records.ts'

interface IssuerTrustDeps {
  db: Db
  issuerSources: IssuerSources
  policy: { trustedIssuers: TrustedIssuers }
}

export type IssuerTrust = ReturnType<typeof createIssuerTrust>

type NamedIssuer = Pick<FederationEntry, 'issuer' | 'issuer_ref'>

interface Refusal {
  fault: IssuerFault
  message: string
}

/** Where the keys for entries come from, as far as their issuers may be trusted at all. */
export function createIssuerTrust({ db, issuerSources, policy }: IssuerTrustDeps) {
  /** Records of the organization that has the robot go before those of the operator. */
  async function named(tx: DbOrTx, ownerId: string | undefined, name: string) {
    const record = ownerId && (await findIssuerRecord(tx, ownerId, name))
    return record ? sourceOfRecord(record) : issuerSources.named(name)
  }

  async function find(
    tx: DbOrTx,
    ownerId: string | undefined,
    { issuer, issuer_ref: ref }: NamedIssuer,
  ): Promise<IssuerSource | Refusal> {
    const source = ref === undefined ? issuerSources.of(issuer) : await named(tx, ownerId, ref)
    if (!source) return { fault: 'no_record', message: `There is no issuer record '${ref}'` }
    if (source.issuer !== issuer) {
      const message = `The issuer record '${ref}' is for '${source.issuer}'`
      return { fault: 'no_record', message }
    }
    if (isTrusted(source.listedBy, { installation: policy.trustedIssuers })) return source
    const message = `Issuer '${issuer}' is not one of those that may be trusted here (policy.trusted_issuers)`
    return { fault: 'not_listed', message }
  }

  return {
    /**
     * @param ownerId whose robot has the entry
     * @throws {ServiceError} `exchange_refused` where there is no such record, or the issuer may not be trusted
     */
    async sourceOf(entry: NamedIssuer, ownerId?: string): Promise<IssuerSource> {
      const found = await find(db, ownerId, entry)
      if ('fault' in found) throw new IssuerFaultError(found.fault, found.message)
      return found
    },

    /**
     * The sources of entries that are about to be stored, in their order. A record may still be to come, unless only
     * listed issuers may be trusted.
     *
     * @throws {ServiceError} `invalid_request` where an issuer may not be trusted
     */
    async sourcesOf(tx: DbOrTx, ownerId: string, entries: readonly NamedIssuer[]) {
      const sources: (IssuerSource | undefined)[] = []
      for (const entry of entries) {
        const found = await find(tx, ownerId, entry)
        const mayCome =
          'fault' in found && found.fault === 'no_record' && policy.trustedIssuers === 'any'
        if ('fault' in found && !mayCome) throw invalidRequest(found.message)
        sources.push('fault' in found ? undefined : found)
      }
      return sources
    },
  }
}

/** The record has all keys: nobody is asked. */
function sourceOfRecord(record: IssuerRecordRow): IssuerSource | undefined {
  const keySet = parseKeySet(record.jwks)
  return (
    keySet && {
      id: `organization record ${record.id}`,
      issuer: record.issuer,
      keySet,
      fetchKeySet: async () => keySet,
      addressRefusal: () => undefined,
      rules: {
        requiredClaims: record.requiredClaims ?? undefined,
        maxTokenLifetime: record.maxTokenLifetime ?? undefined,
        singleUse: record.singleUse,
      },
      listedBy: 'organization',
    }
  )
}

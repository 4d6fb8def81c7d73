import { parseKeySet } from '../../crypto/key-set.ts'
import type { Db, DbOrTx } from '../../db/types.ts'
import { invalidRequest } from '../../domain/errors.ts'
import { type IssuerFault, IssuerFaultError } from '../../domain/issuer-fault.ts'
import type { NamedIssuer } from '../../domain/issuer-refs.ts'
import { type PolicyHolder, type PolicyOf, settingOf } from '../../domain/robot-policy.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { isTrusted } from '../../domain/trusted-issuers.ts'
import type { IssuerSource, IssuerSources } from '../../oidc/issuer-sources.ts'
import { findIssuerRecords, type IssuerRecordRow } from '../../queries/issuer-records.ts'

interface IssuerTrustDeps {
  db: Db
  issuerSources: IssuerSources
  telemetry: Pick<Telemetry, 'record'>
  policyOf: PolicyOf
}

export type IssuerTrust = ReturnType<typeof createIssuerTrust>

/** Why an issuer gives no keys, whatever it would answer. */
interface Distrust {
  fault: IssuerFault
  /** For administrators. */
  message: string
  /** For jobs: names nothing that is configured. */
  told: string
}

/** How a job is refused for it. */
export const refusedFor = ({ fault, told }: Distrust) => new IssuerFaultError(fault, told)

/** Whose robot has the entries. */
export interface RecordOwner extends PolicyHolder {
  id: string
}

/** Of issuer records; undefined for the keys that an issuer publishes itself. */
type Names = readonly (string | undefined)[]

/** Where the keys for entries come from, as far as their issuers may be trusted at all. */
export function createIssuerTrust(deps: IssuerTrustDeps) {
  const { db, issuerSources, telemetry, policyOf } = deps

  /** Reads all records that are named, at once. @returns the source of an entry's keys, or why there is none */
  async function readRecords(tx: DbOrTx, owner: RecordOwner, names: Names) {
    const policy = policyOf(owner)
    const wanted = [...new Set(names)].filter((name) => name !== undefined)
    const records = wanted.length === 0 ? [] : await findIssuerRecords(tx, owner.id, wanted)
    const sources = new Map<string, IssuerSource | undefined>()

    /** Records of the organization that has the robot go before those of the operator. */
    function named(name: string) {
      const record = records.find((one) => one.name === name)
      if (!record) return issuerSources.named(name)
      // Its keys are read where they are wanted, and once.
      if (!sources.has(name)) sources.set(name, sourceOfRecord(record))
      return sources.get(name)
    }

    return function find({ issuer, issuer_ref: ref }: NamedIssuer): IssuerSource | Distrust {
      const source = ref === undefined ? issuerSources.of(issuer) : named(ref)
      if (!source) {
        const message = `There is no issuer record '${ref}'`
        return { fault: 'no_record', message, told: 'The issuer record of the entry is missing' }
      }
      if (source.issuer !== issuer) {
        const message = `The issuer record '${ref}' is for '${source.issuer}'`
        const told = 'The issuer record of the entry is for another issuer'
        return { fault: 'no_record', message, told }
      }
      if (isTrusted(source.listedBy, policy)) return source
      const message = `Issuer '${issuer}' is not one of those that may be trusted here (${settingOf(policy, 'trustedIssuers')})`
      return { fault: 'not_listed', message, told: message }
    }
  }

  return {
    /**
     * @param owner whose robot has the entries
     * @param names of all records that may be asked for
     * @returns the source of an entry's keys, or why there is none
     */
    lookUp: (owner: RecordOwner, names: Names) => readRecords(db, owner, names),

    /**
     * Finds sources for a token, one after the other, with one question to the database for all.
     *
     * @param owner whose robot has the entries
     * @param names of all records that may be asked for
     * @returns the source of an entry's keys; throws {ServiceError} `exchange_refused` where there is no such record, or
     *   the issuer may not be trusted
     */
    async findSources(owner: RecordOwner, names: Names) {
      const find = await readRecords(db, owner, names)
      return (entry: NamedIssuer): IssuerSource => {
        const found = find(entry)
        if (!('fault' in found)) return found
        telemetry.record({ event: 'issuer_failure', fault: found.fault })
        throw refusedFor(found)
      }
    },

    /**
     * The sources of entries that are about to be stored, in their order. A record may still be to come, unless only
     * listed issuers may be trusted.
     *
     * @throws {ServiceError} `invalid_request` where an issuer may not be trusted
     */
    async sourcesOf(tx: DbOrTx, owner: RecordOwner, entries: readonly NamedIssuer[]) {
      const names = entries.map(({ issuer_ref }) => issuer_ref)
      const find = await readRecords(tx, owner, names)
      return entries.map((entry) => {
        const found = find(entry)
        if (!('fault' in found)) return found
        const mayCome = found.fault === 'no_record' && policyOf(owner).trustedIssuers === 'any'
        if (!mayCome) throw invalidRequest(found.message)
        return undefined
      })
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
      fetchKeySet: async (fetchedAt) => ({ keySet, fetchedAt }),
      addressRefusal: () => undefined,
      rules: {
        requiredClaims: record.requiredClaims ?? undefined,
        maxTokenLifetime: record.maxTokenLifetime ?? undefined,
        singleUse: record.singleUse,
      },
      revision: record.revision,
      listedBy: 'organization',
    }
  )
}

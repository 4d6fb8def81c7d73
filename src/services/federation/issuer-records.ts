import { NO_USABLE_KEY, parseKeySet } from '../../crypto/key-set.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { ClaimConditions } from '../../domain/claim-conditions.ts'
import { invalidRequest, notFound } from '../../domain/errors.ts'
import { assertOneMore } from '../../domain/fixed-limits.ts'
import { claimsProblem } from '../../domain/futile-entries.ts'
import {
  agesOf,
  assertPublic,
  datesOf,
  type Jwk,
  type KeyAge,
} from '../../domain/issuer-record-keys.ts'
import { isRecordName, RECORD_NAME_RULE } from '../../domain/issuer-record-name.ts'
import { issuerProblem } from '../../domain/issuer-url.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import {
  countIssuerRecords,
  deleteIssuerRecord,
  findIssuerRecord,
  type IssuerRecordRow,
  listIssuerRecords,
  putIssuerRecord,
} from '../../queries/issuer-records.ts'
import { lockOrganization } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'

export interface NewIssuerRecord {
  issuer: string
  jwks: { keys: Jwk[] }
  requiredClaims: ClaimConditions | undefined
  /** Seconds. */
  maxTokenLifetime: number | undefined
  singleUse: boolean
}

/** With the age of each of its keys. */
export type IssuerRecord = IssuerRecordRow & { keys: KeyAge[] }

interface IssuerRecordsDeps {
  db: Db
  audit: AuditLog
  clock: Clock
  newId: NewId
}

export type IssuerRecords = ReturnType<typeof createIssuerRecords>

/** What an organization says of issuers that its entries refer to by name: above all their keys, so that nobody is asked. */
export function createIssuerRecords(deps: IssuerRecordsDeps) {
  const { db, audit, clock, newId } = deps

  const record = (
    tx: Tx,
    kind: `${'create' | 'change' | 'delete'}_issuer_record`,
    organization: Owner,
    { name, issuer, jwks }: Pick<IssuerRecordRow, 'name' | 'issuer' | 'jwks'>,
    performer: Performer,
  ) =>
    audit.record(tx, {
      kind,
      namespace: organization,
      performer,
      metadata: { name, issuer, kids: jwks.keys.map(({ kid }) => String(kid)) },
    })

  const withAges = (row: IssuerRecordRow): IssuerRecord => ({
    ...row,
    keys: agesOf(row.jwks.keys, row.keysAdded, clock()),
  })

  function assertUsable(name: string, { issuer, jwks, requiredClaims }: NewIssuerRecord) {
    if (!isRecordName(name)) throw invalidRequest(`The name of the record ${RECORD_NAME_RULE}`)
    const problem = issuerProblem(issuer)
    if (problem !== undefined) throw invalidRequest(`issuer ${problem}`)
    assertPublic(jwks.keys)
    if (!parseKeySet(jwks)?.isUsable()) throw invalidRequest(`jwks ${NO_USABLE_KEY}`)
    const misfit = claimsProblem(requiredClaims)
    if (misfit !== undefined) throw invalidRequest(misfit)
  }

  async function assertRoom(tx: Tx, organization: Owner) {
    assertOneMore('issuerRecords', await countIssuerRecords(tx, organization.id))
  }

  return {
    /** By name. */
    list: async (organization: Owner): Promise<IssuerRecord[]> =>
      (await listIssuerRecords(db, organization.id)).map(withAges),

    /** @throws {ServiceError} `not_found` */
    async get(organization: Owner, name: string): Promise<IssuerRecord> {
      const found = isRecordName(name) && (await findIssuerRecord(db, organization.id, name))
      if (!found) throw notFound()
      return withAges(found)
    },

    /**
     * Makes or replaces a record. A change ends the robot tokens that came from entries which refer to it.
     *
     * @throws {ServiceError} `invalid_request`; `model_refused` for too many; `not_found` for the organization
     */
    put(organization: Owner, name: string, wanted: NewIssuerRecord, performer: Performer) {
      assertUsable(name, wanted)
      return withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, organization.id))) throw notFound()
        const before = await findIssuerRecord(tx, organization.id, name)
        if (before && isSame(before, wanted)) return withAges(before)
        if (!before) await assertRoom(tx, organization)
        const now = clock()
        const changed: IssuerRecordRow = {
          ...(before ?? { id: newId(), name, createdAt: now }),
          ...columnsOf(wanted),
          revision: newId(),
          keysAdded: datesOf(wanted.jwks.keys, before?.keysAdded ?? {}, now),
          changedAt: now,
        }
        await putIssuerRecord(tx, organization.id, changed)
        const kind = before ? 'change_issuer_record' : 'create_issuer_record'
        await record(tx, kind, organization, changed, performer)
        return withAges(changed)
      })
    },

    /**
     * Entries that refer to it stay, and admit nobody; robot tokens that came from them end.
     *
     * @throws {ServiceError} `not_found`
     */
    delete: (organization: Owner, name: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, organization.id))) throw notFound()
        const found = isRecordName(name) && (await findIssuerRecord(tx, organization.id, name))
        if (!found || !(await deleteIssuerRecord(tx, found.id))) throw notFound()
        await record(tx, 'delete_issuer_record', organization, found, performer)
      }),
  }
}

const columnsOf = ({ requiredClaims, maxTokenLifetime, ...wanted }: NewIssuerRecord) => ({
  ...wanted,
  requiredClaims: requiredClaims ?? null,
  maxTokenLifetime: maxTokenLifetime ?? null,
})

/** Whether what is wanted is there already. */
function isSame(before: IssuerRecordRow, wanted: NewIssuerRecord): boolean {
  const { issuer, jwks, requiredClaims, maxTokenLifetime, singleUse } = before
  return (
    canonicalJson({ issuer, jwks, requiredClaims, maxTokenLifetime, singleUse }) ===
    canonicalJson(columnsOf(wanted))
  )
}

import { rows, statement } from '../db/statements.ts'
import type { DbOrTx, Tx } from '../db/types.ts'
import type { ClaimConditions } from '../domain/claim-conditions.ts'
import type { Jwk, KeyDates } from '../domain/issuer-record-keys.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** What an organization says of an issuer. */
export interface IssuerRecordRow {
  id: string
  name: string
  issuer: string
  jwks: { keys: Jwk[] }
  keysAdded: KeyDates
  requiredClaims: ClaimConditions | null
  /** Seconds. */
  maxTokenLifetime: number | null
  singleUse: boolean
  /** Another one with every change. */
  revision: string
  createdAt: Date
  changedAt: Date
}

const COLUMNS = `id, name, issuer, jwks, keys_added AS "keysAdded", required_claims AS "requiredClaims",
  max_token_lifetime AS "maxTokenLifetime", single_use AS "singleUse", revision,
  created_at AS "createdAt", changed_at AS "changedAt"`

const FIND_ISSUER_RECORDS = statement<
  IssuerRecordRow,
  { organizationId: string; names: readonly string[] }
>(
  'find_issuer_records',
  `SELECT ${COLUMNS} FROM issuer_records
   WHERE organization_id = $organizationId::uuid AND name = ANY($names::text[])`,
)

/** The records that the organization has under these names, in any order. */
export const findIssuerRecords = (db: DbOrTx, organizationId: string, names: readonly string[]) =>
  rows(db, FIND_ISSUER_RECORDS, { organizationId, names })

/** The record that the organization has under this name. */
export const findIssuerRecord = async (
  db: DbOrTx,
  organizationId: string,
  name: string,
): Promise<IssuerRecordRow | undefined> => (await findIssuerRecords(db, organizationId, [name]))[0]

/** All records of the organization, by name. */
export const listIssuerRecords = (db: DbOrTx, organizationId: string) =>
  db.$queryRaw<IssuerRecordRow[]>(Prisma.sql`
    SELECT ${Prisma.raw(COLUMNS)} FROM issuer_records
    WHERE organization_id = ${organizationId}::uuid ORDER BY name COLLATE "C"`)

export const countIssuerRecords = (tx: Tx, organizationId: string) =>
  tx.issuerRecord.count({ where: { organizationId } })

/** Stores a record in place of the one with its id, if there is one. */
export async function putIssuerRecord(
  tx: Tx,
  organizationId: string,
  { id, ...record }: IssuerRecordRow,
) {
  const data = {
    ...record,
    jwks: record.jwks as Prisma.InputJsonObject,
    keysAdded: record.keysAdded,
    requiredClaims: record.requiredClaims ?? Prisma.DbNull,
  }
  await tx.issuerRecord.upsert({
    where: { id },
    create: { id, organizationId, ...data },
    update: data,
  })
}

/** @returns whether there was one */
export const deleteIssuerRecord = async (tx: Tx, id: string) =>
  (await tx.issuerRecord.deleteMany({ where: { id } })).count > 0

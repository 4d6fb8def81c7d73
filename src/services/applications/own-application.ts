import type { DbOrTx, Tx } from '../../db/types.ts'
import { notFound } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import { findApplication } from '../../queries/applications.ts'
import { lockApplication } from '../../queries/row-locks.ts'

/**
 * An application of the organization.
 *
 * @throws {ServiceError} `not_found`
 */
export async function findOwnApplication(db: DbOrTx, organization: Owner, clientId: string) {
  const row = await findApplication(db, organization.id, clientId)
  if (!row) throw notFound()
  return row
}

/** The same, as it stays until the transaction ends. @throws {ServiceError} `not_found` */
export async function lockOwnApplication(tx: Tx, organization: Owner, clientId: string) {
  await lockApplication(tx, clientId)
  return findOwnApplication(tx, organization, clientId)
}

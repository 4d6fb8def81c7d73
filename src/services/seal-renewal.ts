import type { Keyring } from '../crypto/keyring.ts'
import { listAppTokensSealedOtherwise, resealAppToken } from '../db/app-tokens.ts'
import { listApplicationsSealedOtherwise, updateApplication } from '../db/applications.ts'
import { type Db, type Tx, withTransaction } from '../db/client.ts'
import { listRobotsSealedOtherwise, resealRobot } from '../db/robot-seals.ts'
import type { AppTokenSecrets } from './app-token-secrets.ts'
import type { ClientSecrets } from './client-secrets.ts'
import type { RobotSecrets } from './robot-secrets.ts'

/** Rows that are sealed anew in one transaction. */
const BATCH = 200

export interface SealRenewalDeps {
  db: Db
  keyring: Keyring
  secrets: RobotSecrets
  clientSecrets: ClientSecrets
  appTokenSecrets: AppTokenSecrets
}

/** A table with a sealed secret in each row. */
interface SealedTable<Row> {
  list(tx: Tx, keyId: string, limit: number): Promise<Row[]>
  keyId(row: Row): string | null
  /** Keeps the secret. @throws {UnknownKeyError} */
  reseal(tx: Tx, row: Row): Promise<unknown>
  /** Puts a new secret in its place. */
  replace(tx: Tx, row: Row): Promise<unknown>
}

type RenewBatch = (replaceLost: boolean) => Promise<{ renewed: number; replaced: number }>

/**
 * Seals the secrets of all tables with the current secret key. What no key of the ring opens is replaced by a
 * new secret where `replaceLost`, and an UnknownKeyError else.
 *
 * @returns how many secrets were kept, and how many replaced
 */
export function createSealRenewal(deps: SealRenewalDeps) {
  const batches = batchesOf(deps)

  return async (replaceLost: boolean) => {
    const total = { resealed: 0, replaced: 0 }
    for (const renewBatch of batches) {
      for (;;) {
        const { renewed, replaced } = await renewBatch(replaceLost)
        if (renewed === 0) break
        total.resealed += renewed - replaced
        total.replaced += replaced
      }
    }
    return total
  }
}

const batchesOf = (deps: SealRenewalDeps): RenewBatch[] => {
  const { secrets, clientSecrets, appTokenSecrets } = deps
  return [
    batchOf(deps, {
      list: listRobotsSealedOtherwise,
      keyId: (robot) => robot.tokenKeyId,
      reseal: (tx, robot) => resealRobot(tx, robot, secrets.reseal(robot)),
      replace: (tx, robot) => resealRobot(tx, robot, secrets.issue(robot.id).credential),
    }),
    batchOf(deps, {
      list: listApplicationsSealedOtherwise,
      keyId: (application) => application.secretKeyId,
      reseal: (tx, one) => updateApplication(tx, one.id, clientSecrets.reseal(one)),
      replace: (tx, { id }) => updateApplication(tx, id, clientSecrets.issue(id)),
    }),
    batchOf(deps, {
      list: listAppTokensSealedOtherwise,
      keyId: (token) => token.sealKeyId,
      reseal: (tx, token) => resealAppToken(tx, token.id, appTokenSecrets.reseal(token)),
      replace: (tx, { id }) => resealAppToken(tx, id, appTokenSecrets.issue(id).columns),
    }),
  ]
}

const batchOf =
  <Row>({ db, keyring }: SealRenewalDeps, table: SealedTable<Row>): RenewBatch =>
  (replaceLost) =>
    withTransaction(db, async (tx) => {
      const rows = await table.list(tx, keyring.currentKeyId, BATCH)
      const isLost = (row: Row) => replaceLost && !keyring.has(table.keyId(row) ?? '')
      for (const row of rows) await (isLost(row) ? table.replace : table.reseal)(tx, row)
      return { renewed: rows.length, replaced: rows.filter(isLost).length }
    })

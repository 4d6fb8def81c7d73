import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { auditedClaims } from '../../domain/audited-claims.ts'
import { exchangeRefused } from '../../domain/exchange-errors.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { isGoodOnce, TOKEN_USED, tokenDigest, usedUntil } from '../../domain/used-identity.ts'
import type { VerifiedIdentity } from '../../oidc/identity-token.ts'
import type { AuditEntryRow } from '../../queries/audit-entries.ts'
import { useIdentityToken } from '../../queries/used-identity-tokens.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { EntryBatches } from '../audit/entry-batches.ts'
import type { IssuedRobotToken, RobotTokens, WantedScopes } from '../robots/robot-tokens.ts'
import type { NamedRobot } from './federated-robots.ts'

/** Who is admitted to a robot, by which of its entries. */
export interface Admission {
  identity: VerifiedIdentity
  entry: StoredEntry
  origin: Origin
}

interface RobotTokenGrantDeps {
  db: Db
  robotTokens: RobotTokens
  audit: AuditLog
  entryBatches: EntryBatches
}

export type RobotTokenGrant = ReturnType<typeof createRobotTokenGrant>

/** Gives robot tokens to identities that an entry admits, and says so in the log of the robot's owner. */
export function createRobotTokenGrant({
  db,
  robotTokens,
  audit,
  entryBatches,
}: RobotTokenGrantDeps) {
  /** Nobody has seen the robot token yet that the entry in the log is about. */
  async function takeOnce(identity: VerifiedIdentity, entry: AuditEntryRow) {
    const digest = tokenDigest(identity)
    const isFirst = await useIdentityToken(
      db,
      { digest, until: usedUntil(identity.expiresAt) },
      entry,
    )
    if (!isFirst) throw exchangeRefused(TOKEN_USED.message, TOKEN_USED.code)
  }

  /** Writes to the owner's log what an identity is given, and takes its token where that is good for one. */
  async function record(
    robot: NamedRobot,
    { identity, entry, origin }: Admission,
    given: { token_id: string; requested_scope?: string } | { type: 'v2auth' },
  ): Promise<void> {
    const { jti, ...claims } = auditedClaims(identity.claims)
    const logged = audit.entryOf({
      kind: 'federated_robot_token_exchange',
      namespace: { id: robot.ownerId, name: robot.ownerName },
      performer: { ...origin, robot: { id: robot.id, fullName: robot.fullName } },
      metadata: {
        subject: identity.subject,
        issuer: identity.issuer,
        robot: robot.name,
        ...given,
        federation_binding_id: entry.id,
        federation_binding_version: entry.version,
        ...(jti !== undefined && { jti }),
        ...(Object.keys(claims).length > 0 && { claims }),
      },
    })
    if (isGoodOnce(entry, identity)) await takeOnce(identity, logged)
    else await entryBatches.write(logged)
  }

  return {
    record,

    /**
     * @param admission with the scopes that were asked for by name, for the log
     * @param wanted what the robot token is to be bound to, within what the entry gives
     * @throws {ServiceError} `exchange_refused` where the identity token buys one robot token, and has
     */
    async grant(
      robot: NamedRobot,
      { asked, ...admission }: Admission & { asked: readonly string[] },
      wanted: WantedScopes,
    ): Promise<IssuedRobotToken> {
      const { entry, identity } = admission
      const issued = await robotTokens.issue(robot, { entry, identity }, wanted)
      await record(robot, admission, {
        token_id: issued.id,
        ...(asked.length > 0 && { requested_scope: asked.join(' ') }),
        ...(wanted.apiScopes.length > 0 && { api_scopes: wanted.apiScopes.join(' ') }),
      })
      return issued
    },
  }
}

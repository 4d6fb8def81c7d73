import { insertAuditEntry } from '../db/audit-entries.ts'
import type { DbOrTx } from '../db/client.ts'
import type { Performer } from '../domain/actor.ts'
import type { Clock, NewId } from '../domain/runtime.ts'
import type { Prisma } from '../generated/prisma/client.ts'

/** Named as Quay names them (quay-behaviour.md §1.8). */
export type AuditKind =
  | 'create_robot'
  | 'delete_robot'
  | 'regenerate_robot_token'
  | 'create_robot_federation'
  | 'delete_robot_federation'
  | 'federated_robot_token_exchange'
  | 'login_success'
  | 'login_failure'
  | 'org_create'
  | 'create_repo'
  | 'user_create'
  | 'create_oauth_api_token'
  | 'revoke_oauth_api_token'
  | 'rotate_signing_key'

export interface AuditEvent {
  kind: AuditKind
  /** In whose log the entry stands; undefined: the installation's own. */
  namespace: { id: string; name: string } | undefined
  performer: Performer
  /** Holds no secret. */
  metadata: Prisma.InputJsonObject
}

export type AuditLog = ReturnType<typeof createAuditLog>

export const createAuditLog = (deps: { clock: Clock; newId: NewId }) => ({
  /** Writes an entry through the caller's transaction, so that it stands or falls with the change. */
  async record(db: DbOrTx, { kind, namespace, performer, metadata }: AuditEvent) {
    const { actor, robot, user } = performer
    await insertAuditEntry(db, {
      id: deps.newId(),
      kind,
      namespaceId: namespace?.id ?? null,
      namespaceName: namespace?.name ?? null,
      performerId: actor?.userId ?? robot?.id ?? user?.id ?? null,
      performerName: actor?.username ?? robot?.fullName ?? user?.name ?? null,
      tokenId: actor?.token.id ?? null,
      ip: performer.ip ?? null,
      metadata: { ...metadata, ...tokenMetadata(performer) },
      createdAt: deps.clock(),
    })
  },
})

const tokenMetadata = ({ actor }: Performer): Prisma.InputJsonObject => {
  if (!actor) return {}
  const { id, application } = actor.token
  if (!application) return { oauth_token_id: id }
  return {
    oauth_token_id: id,
    oauth_token_application_id: application.clientId,
    oauth_token_application: application.name,
  }
}

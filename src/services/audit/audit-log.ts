import type { DbOrTx } from '../../db/types.ts'
import { actorIdOf, type Performer, performerNameOf } from '../../domain/actor.ts'
import { failingOf } from '../../domain/failing-exchanges.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { announcementOf, webhookEventOf } from '../../domain/webhook-events.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { type AuditEntryRow, insertAuditEntry } from '../../queries/audit-entries.ts'
import { insertFailureEntry } from '../../queries/failure-entries.ts'
import { insertAnnouncedEntry } from '../../queries/webhook-deliveries.ts'

/** Named as Quay names them. */
export type AuditKind =
  | 'create_robot'
  | 'change_robot'
  | 'delete_robot'
  | 'regenerate_robot_token'
  | 'bring_robot_secret'
  | 'change_robot_secret'
  | 'delete_robot_secret'
  | 'change_robot_policy'
  | 'export_robot_credentials'
  | 'reveal_robot_token'
  | 'reveal_robot_tokens'
  | 'reveal_application_client_secret'
  | 'reveal_application_client_secrets'
  | 'reveal_app_specific_token'
  | 'create_robot_api_token'
  | 'revoke_robot_api_token'
  | 'create_robot_federation'
  | 'delete_robot_federation'
  | 'federated_robot_token_exchange'
  | 'create_issuer_record'
  | 'change_issuer_record'
  | 'delete_issuer_record'
  | 'login_success'
  | 'login_failure'
  | 'issuer_failure'
  | 'logout_success'
  | 'org_create'
  | 'org_delete'
  | 'org_change_name'
  | 'org_change_email'
  | 'org_change_invoicing'
  | 'org_change_tag_expiration'
  | 'org_create_team'
  | 'org_delete_team'
  | 'org_set_team_role'
  | 'org_set_team_description'
  | 'org_add_team_member'
  | 'org_remove_team_member'
  | 'create_repo'
  | 'delete_repo'
  | 'change_repo_visibility'
  | 'set_repo_description'
  | 'change_repo_permission'
  | 'delete_repo_permission'
  | 'create_prototype_permission'
  | 'modify_prototype_permission'
  | 'delete_prototype_permission'
  | 'user_create'
  | 'user_delete'
  | 'user_enable'
  | 'user_disable'
  | 'user_change_password'
  | 'user_change_superuser'
  | 'link_user'
  | 'unlink_user'
  | 'user_change_email'
  | 'create_oauth_api_token'
  | 'revoke_oauth_api_token'
  | 'rotate_signing_key'
  | 'reset_keys'
  | 'replace_registry_certificate'
  | 'create_application'
  | 'update_application'
  | 'delete_application'
  | 'reset_application_client_secret'
  | 'create_app_specific_token'
  | 'revoke_app_specific_token'
  | 'release_name'
  | 'create_webhook'
  | 'change_webhook'
  | 'delete_webhook'
  | 'rotate_webhook_secret'
  | 'redeliver_webhook'

export interface AuditEvent {
  kind: AuditKind
  /** The namespace to whose log the entry belongs; undefined: to the installation's own. */
  namespace: { id: string; name: string } | undefined
  /** A repository to whose log it belongs as well. */
  repositoryId?: string
  performer: Performer
  /** Holds no secret. */
  metadata: Prisma.InputJsonObject
  /** What webhooks are told of it beside, and the log does not show. */
  unlogged?: Record<string, string>
}

export type AuditLog = ReturnType<typeof createAuditLog>

export function createAuditLog(deps: { clock: Clock; newId: NewId }) {
  /** The entry of an event, for a statement that writes it together with the change. */
  const entryOf = (event: AuditEvent): AuditEntryRow => ({
    id: deps.newId(),
    kind: event.kind,
    namespaceId: event.namespace?.id ?? null,
    namespaceName: event.namespace?.name ?? null,
    repositoryId: event.repositoryId ?? null,
    ...performerColumns(event.performer),
    tokenId: apiTokenId(event.performer),
    ip: event.performer.ip ?? null,
    metadata: { ...event.metadata, ...tokenMetadata(event.performer) },
    createdAt: deps.clock(),
  })

  return {
    entryOf,

    /**
     * Writes an entry, and what webhooks are to be told of it, within the caller's transaction: they are there if, and only
     * if, the change is.
     */
    async record(db: DbOrTx, event: AuditEvent) {
      const entry = entryOf(event)
      const told = webhookEventOf(entry, event.unlogged)
      if (!told) return void (await insertAuditEntry(db, entry))
      const announcement = announcementOf(told, entry.createdAt)
      if (told.type !== 'exchange.failing') await insertAnnouncedEntry(db, entry, announcement)
      else await insertFailureEntry(db, entry, { ...announcement, ...failingOf(entry) })
    },
  }
}

function performerColumns({ actor, robot, user }: Performer) {
  if (actor) return { performerId: actorIdOf(actor), performerName: performerNameOf(actor) }
  return {
    performerId: robot?.id ?? user?.id ?? null,
    performerName: robot?.fullName ?? user?.name ?? null,
  }
}

/** Of a person or an application: by it, readers of the log tell them from robots. */
const apiTokenId = ({ actor }: Performer) =>
  actor && actor.kind !== 'robot' ? (actor.token?.id ?? null) : null

function tokenMetadata({ actor }: Performer): Prisma.InputJsonObject {
  if (!actor) return {}
  if (actor.kind === 'robot') {
    const { id, from } = actor.token
    return 'name' in from
      ? { api_token_uuid: id, api_token_name: from.name }
      : { federation_binding_id: id, federation_binding_version: from.entryVersion }
  }
  if (!actor.token) return { session_id: actor.session.id }
  const { id, application } = actor.token
  if (!application) return { oauth_token_id: id }
  return {
    oauth_token_id: id,
    oauth_token_application_id: application.clientId,
    oauth_token_application: application.name,
  }
}

import type { DbOrTx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import type { Owner } from '../../domain/owner.ts'
import type { ApplicationRow } from '../../queries/applications.ts'
import type { AuditLog } from '../audit/audit-log.ts'

type Change =
  | 'create_application'
  | 'update_application'
  | 'delete_application'
  | 'reset_application_client_secret'

type Logged = Omit<ApplicationRow, 'id' | 'secretKeyId' | 'secretSealed'>

/** Writes what was done to an application to the log of its organization. */
export const createApplicationLog =
  (audit: AuditLog) =>
  (
    db: DbOrTx,
    kind: Change,
    { organization, performer }: { organization: Owner; performer: Performer },
    application: Logged,
  ) =>
    audit.record(db, {
      kind,
      namespace: organization,
      performer,
      metadata: {
        application_name: application.name,
        client_id: application.clientId,
        ...((kind === 'create_application' || kind === 'update_application') &&
          detailsOf(application)),
      },
    })

const detailsOf = (application: Logged) => ({
  name: application.name,
  description: application.description,
  application_uri: application.applicationUri,
  redirect_uri: application.redirectUri,
  avatar_email: application.avatarEmail,
  scopes: application.scopes,
})

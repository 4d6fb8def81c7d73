import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { type Performer, performerNameOf } from '../../domain/actor.ts'
import { assertMayMakeApplication } from '../../domain/application-rights.ts'
import { notFound } from '../../domain/errors.ts'
import { assertOneMore } from '../../domain/fixed-limits.ts'
import { generateClientId } from '../../domain/oauth-client.ts'
import type { Owner } from '../../domain/owner.ts'
import { mapPage, type Page } from '../../domain/page.ts'
import type { Clock, NewId, RandomBytes } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import { deleteOwnApplicationTokens } from '../../queries/application-tokens.ts'
import {
  type ApplicationRow,
  countApplications,
  deleteApplication,
  findClient,
  insertApplication,
  listApplications,
  updateApplication,
} from '../../queries/applications.ts'
import { lockOrganization } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Reveals } from '../audit/reveals.ts'
import { BY_ID, readPage } from '../paging.ts'
import { createApplicationLog } from './application-log.ts'
import type { ClientSecrets } from './client-secrets.ts'
import { findOwnApplication, lockOwnApplication } from './own-application.ts'
import { type Application, createShownApplications, withoutSecret } from './shown-applications.ts'

type ApplicationDetails = Pick<
  ApplicationRow,
  'name' | 'description' | 'applicationUri' | 'redirectUri' | 'avatarEmail'
>

interface Which {
  organization: Owner
  clientId: string
  /** Whether the answer has the client secret. */
  withSecret: boolean
}

interface ApplicationServiceDeps {
  db: Db
  audit: AuditLog
  reveals: Reveals
  clientSecrets: ClientSecrets
  clock: Clock
  newId: NewId
  randomBytes: RandomBytes
}

export type ApplicationService = ReturnType<typeof createApplicationService>

/** OAuth applications of organizations. */
export function createApplicationService({ db, audit, ...deps }: ApplicationServiceDeps) {
  const shown = createShownApplications(deps)
  const record = createApplicationLog(audit)

  return {
    /** The organization's applications that have a text in their names, in the order of their creation. */
    async list(
      organization: Owner,
      {
        text = '',
        nextPage,
        withSecret,
      }: { text: string | undefined; nextPage: string | undefined; withSecret: boolean },
      performer: Performer,
    ): Promise<Page<Application>> {
      const page = await readPage({ nextPage }, BY_ID, (slice) =>
        listApplications(db, organization.id, { ...slice, text }),
      )
      return withSecret ? shown.page(organization, page, performer) : mapPage(page, withoutSecret)
    },

    /** @throws {ServiceError} `not_found` */
    async get({ organization, clientId, withSecret }: Which, performer: Performer) {
      const row = await findOwnApplication(db, organization, clientId)
      return withSecret ? shown.one(organization, row, performer) : withoutSecret(row)
    },

    /**
     * What anybody may know of an organization's application.
     *
     * @throws {ServiceError} `not_found`
     */
    async describe(clientId: string) {
      const client = await findClient(db, clientId)
      if (client?.namespace.kind !== 'organization') throw notFound()
      return client
    },

    /**
     * @throws {ServiceError} `insufficient_scope` for an application, and for scopes beyond the caller's own;
     *   `model_refused` where there are too many
     */
    async create(
      organization: Owner,
      details: ApplicationDetails,
      scopes: Scope[],
      performer: Performer,
    ) {
      assertMayMakeApplication(performer, scopes)
      const id = deps.newId()
      return withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, organization.id))) throw notFound()
        assertOneMore('applications', await countApplications(tx, organization.id))
        const row = await insertApplication(tx, {
          ...details,
          ...deps.clientSecrets.issue(id),
          id,
          namespaceId: organization.id,
          clientId: generateClientId(deps.randomBytes),
          scopes,
          createdAt: deps.clock(),
          createdBy: performer.actor ? performerNameOf(performer.actor) : null,
        })
        await record(tx, 'create_application', { organization, performer }, row)
        return shown.changed(row, performer)
      })
    },

    /**
     * Replaces the details. Where scopes are taken away, tokens of the application that have them end. Where scopes are
     * added, it gets a new client secret.
     *
     * @param scopes undefined: as they are
     * @throws {ServiceError} `not_found`; `insufficient_scope` for scopes beyond the caller's own, and for an application
     *   that gives any
     */
    update(
      { organization, clientId, withSecret }: Which,
      details: ApplicationDetails,
      scopes: Scope[] | undefined,
      performer: Performer,
    ) {
      return withTransaction(db, async (tx) => {
        const application = await lockOwnApplication(tx, organization, clientId)
        const { id } = application
        if (scopes && scopes.length > 0) assertMayMakeApplication(performer, scopes)
        const lost = scopes ? application.scopes.filter((scope) => !scopes.includes(scope)) : []
        const row = await updateApplication(tx, id, {
          ...details,
          ...(scopes && { scopes, ...deps.clientSecrets.issueIfGrown(application, scopes) }),
        })
        if (lost.length > 0) await deleteOwnApplicationTokens(tx, id, lost)
        await record(tx, 'update_application', { organization, performer }, row)
        return withSecret ? shown.changed(row, performer) : withoutSecret(row)
      })
    },

    /** Deletes an application, with all its tokens. @throws {ServiceError} `not_found` */
    delete: (organization: Owner, clientId: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const row = await lockOwnApplication(tx, organization, clientId)
        await deleteApplication(tx, row.id)
        await record(tx, 'delete_application', { organization, performer }, row)
      }),

    /**
     * Replaces the client secret; tokens that the application got with the old one end.
     *
     * @throws {ServiceError} `not_found`; `insufficient_scope` where the application has scopes beyond the caller's own,
     *   and for an application
     */
    resetSecret(organization: Owner, clientId: string, performer: Performer) {
      return withTransaction(db, async (tx) => {
        const { id, scopes } = await lockOwnApplication(tx, organization, clientId)
        assertMayMakeApplication(performer, scopes)
        const row = await updateApplication(tx, id, deps.clientSecrets.issue(id))
        await deleteOwnApplicationTokens(tx, id, 'all')
        await record(tx, 'reset_application_client_secret', { organization, performer }, row)
        return shown.changed(row, performer)
      })
    },
  }
}

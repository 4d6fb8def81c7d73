import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { type Performer, userIdOf } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-sizes.ts'
import { assertMayGive } from '../../domain/delegation.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import { assertTeamMayGo, assertTeamMayStepDown } from '../../domain/last-admin-rules.ts'
import type { Requester } from '../../domain/limiter.ts'
import { assertTeamName } from '../../domain/names.ts'
import type { OrganizationRole } from '../../domain/organization-roles.ts'
import type { Owner } from '../../domain/owner.ts'
import type { LongPage, Slice } from '../../domain/page.ts'
import type { Grant } from '../../domain/repository-roles.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { listGrants } from '../../queries/grants.ts'
import { lockOrganization } from '../../queries/row-locks.ts'
import {
  deleteTeam,
  findAdminLoss,
  findTeam,
  insertTeam,
  type TeamRow,
  updateTeam,
} from '../../queries/teams.ts'
import { thinOut } from '../../queries/thin-out.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists, WholeQuery } from '../lists/long-lists.ts'
import { BY_REPOSITORY } from '../paging.ts'

interface TeamSettings {
  role: OrganizationRole
  /** Undefined leaves it as it is. */
  description?: string | undefined
}

interface TeamServiceDeps {
  db: Db
  audit: AuditLog
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  longLists: LongLists
  superusersFullAccess: boolean
}

export interface PutTeam extends TeamRow {
  isNew: boolean
}

export type TeamService = ReturnType<typeof createTeamService>

/** The teams of organizations. One organization's teams are changed one after the other, so that an administrator stays. */
export function createTeamService({ db, audit, ...deps }: TeamServiceDeps) {
  const record = (
    tx: Tx,
    kind: 'org_create_team' | 'org_delete_team' | 'org_set_team_role' | 'org_set_team_description',
    namespace: Owner,
    performer: Performer,
    metadata: { team: string; role?: string; description?: ReturnType<typeof auditable<string>> },
  ) => audit.record(tx, { kind, namespace, performer, metadata })

  async function create(
    tx: Tx,
    owner: Owner,
    name: string,
    { role, description = '' }: TeamSettings,
    performer: Performer,
  ) {
    assertTeamName(name)
    if (performer.actor) await deps.namespaceLimits.assertRoom(tx, 'teams', owner)
    const [id, createdAt] = [deps.newId(), deps.clock()]
    await insertTeam(tx, { id, organizationId: owner.id, name, role, description, createdAt })
    await record(tx, 'org_create_team', owner, performer, { team: name })
    return { id, name, role, description }
  }

  async function update(
    tx: Tx,
    owner: Owner,
    team: TeamRow,
    { role, description = team.description }: TeamSettings,
    performer: Performer,
  ) {
    if (description !== team.description) {
      const metadata = { team: team.name, description: auditable(description) }
      await record(tx, 'org_set_team_description', owner, performer, metadata)
    }
    if (role !== team.role) {
      if (role === 'admin') assertMayGive(performer.actor, 'admin', deps.superusersFullAccess)
      if (team.role === 'admin') {
        const loss = await findAdminLoss(
          tx,
          owner.id,
          { teamId: team.id },
          userIdOf(performer.actor),
        )
        assertTeamMayStepDown(loss, { team, organization: owner.name })
      }
      await record(tx, 'org_set_team_role', owner, performer, { team: team.name, role })
    }
    return updateTeam(tx, team.id, { role, description })
  }

  /** @throws {ServiceError} `not_found` */
  async function find(owner: Owner, name: string) {
    const team = await findTeam(db, owner.id, name)
    if (!team) throw notFound()
    return team
  }

  return {
    /**
     * Creates a team, or changes the one of that name.
     *
     * @throws {ServiceError} `model_refused` for a bad name, or where no admin would stay; `not_found`;
     *   `invalid_request` where there are too many;
     *   `insufficient_scope` where its members would become administrators of repositories that the caller's token does not reach
     */
    put: (
      owner: Owner,
      name: string,
      settings: TeamSettings,
      performer: Performer,
    ): Promise<PutTeam> =>
      withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, owner.id))) throw notFound()
        const found = await findTeam(tx, owner.id, name)
        const team = found
          ? await update(tx, owner, found, settings, performer)
          : await create(tx, owner, name, settings, performer)
        return { ...team, isNew: !found }
      }),

    /** @throws {ServiceError} `model_refused` for an unknown team, or where no admin would stay; `not_found` */
    async delete(owner: Owner, name: string, performer: Performer) {
      const found = await findTeam(db, owner.id, name)
      // Not of administrators' teams, whose deletion may still be refused.
      if (found && found.role !== 'admin') {
        await thinOut(db, { table: 'team_members', column: 'team_id' }, found.id)
        await thinOut(db, { table: 'repository_permissions', column: 'team_id' }, found.id)
      }
      await withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, owner.id))) throw notFound()
        const team = await findTeam(tx, owner.id, name)
        if (!team) throw modelRefused(`Team '${name}' is not a team in org '${owner.name}'`)
        if (team.role === 'admin') {
          const { actor } = performer
          const loss = await findAdminLoss(tx, owner.id, { teamId: team.id }, userIdOf(actor))
          const caller = actor?.kind === 'user' ? actor.username : undefined
          assertTeamMayGo(loss, { team, organization: owner.name, caller })
        }
        await deleteTeam(tx, team.id)
        await record(tx, 'org_delete_team', owner, performer, { team: name })
      })
    },

    /** @throws {ServiceError} `not_found` */
    async permissions(
      owner: Owner,
      name: string,
      query: WholeQuery,
      requester: Requester,
    ): Promise<LongPage<Grant>> {
      const { id } = await find(owner, name)
      const read = (slice: Slice) => listGrants(db, { kind: 'team', id }, owner.id, slice)
      return deps.longLists.page(query, { order: BY_REPOSITORY, read }, requester)
    },
  }
}

import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { type Actor, type Performer, type UserActor, userIdOf } from '../../domain/actor.ts'
import { emailProblem } from '../../domain/email-rules.ts'
import { invalidRequest, notFound } from '../../domain/errors.ts'
import type { Pieces } from '../../domain/json-pieces.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { NameSearch } from '../../domain/name-sort.ts'
import {
  assertMayCreateOrganization,
  type OrganizationCreation,
  OWNERS_TEAM,
} from '../../domain/organization-creation.ts'
import { effectiveRole, highest, MEMBER_SCOPES, roleIn } from '../../domain/organization-roles.ts'
import type { Page } from '../../domain/page.ts'
import { createsRepositories } from '../../domain/repository-creation.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { insertAccount } from '../../queries/accounts.ts'
import { findAccountForMember } from '../../queries/memberships.ts'
import {
  findOrganizationSettings,
  listMemberships,
  listOrganizations,
  type OrganizationSettings,
} from '../../queries/organizations.ts'
import { lockUser } from '../../queries/row-locks.ts'
import { listTeams, type TeamSummary } from '../../queries/team-summaries.ts'
import { insertTeam, insertTeamMember } from '../../queries/teams.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_ID, BY_NAME, type PageQuery, readPage } from '../paging.ts'
import type { AccountNames } from './account-names.ts'
import type { RetiredNames } from './retired-names.ts'

/** How many teams are in memory at a time. */
const TEAMS_SLICE = 500

export interface ListedOrganization {
  name: string
  email: string | null
}

/** An organization to which a caller belongs. */
export interface UserOrganization extends ListedOrganization {
  isAdmin: boolean
  /** Repositories. */
  mayCreate: boolean
}

/** An organization as a caller sees it. */
export interface DescribedOrganization extends ListedOrganization {
  isAdmin: boolean
  isMember: boolean
  /** For members. */
  teams: Pieces<TeamSummary> | undefined
  /** For administrators. */
  settings: OrganizationSettings | null | undefined
}

interface OrganizationServiceDeps {
  db: Db
  longLists: LongLists
  audit: AuditLog
  accountNames: AccountNames
  retiredNames: RetiredNames
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  superusersFullAccess: boolean
  names: { organizationCreation: OrganizationCreation }
}

export type { TeamSummary }
export type OrganizationService = ReturnType<typeof createOrganizationService>

export function createOrganizationService({ db, audit, ...deps }: OrganizationServiceDeps) {
  return {
    /**
     * Creates an organization; `ownerId` becomes the first member of its first team, whose members administer it.
     *
     * @throws {ServiceError} `invalid_request` for a bad name or address, a name that is not free, or too many made;
     *   `insufficient_scope` where only superusers may
     */
    async create(
      { name, email }: { name: string; email: string | undefined },
      ownerId: string,
      performer: Performer,
      firstTeam: { name: string; description?: string } = OWNERS_TEAM,
    ) {
      assertMayCreateOrganization(performer, deps.names.organizationCreation)
      const nameProblem = deps.accountNames.problem(name)
      const problem =
        (nameProblem && `Invalid namespace ${name}: ${nameProblem}`) ??
        (email === undefined ? undefined : emailProblem(email))
      if (problem !== undefined) throw invalidRequest(problem)
      const [id, teamId] = [deps.newId(), deps.newId()]
      const createdAt = deps.clock()
      const { actor } = performer
      const creator =
        actor?.kind === 'user' ? { id: actor.userId, name: actor.username } : undefined
      try {
        await withTransaction(db, async (tx) => {
          if (creator) {
            await lockUser(tx, creator.id)
            await deps.namespaceLimits.assertRoom(tx, 'organizations', creator)
          }
          await insertAccount(tx, {
            id,
            name,
            kind: 'organization',
            email: email ?? null,
            createdAt,
            creatorId: creator?.id ?? null,
          })
          await deps.retiredNames.takeForOrganization(tx, { id, name }, ownerId)
          await insertTeam(tx, {
            id: teamId,
            organizationId: id,
            ...firstTeam,
            role: OWNERS_TEAM.role,
            createdAt,
          })
          await insertTeamMember(tx, { id: deps.newId(), teamId, userId: ownerId })
          await audit.record(tx, {
            kind: 'org_create',
            namespace: { id, name },
            performer,
            metadata: { namespace: name, email: email ?? null },
          })
        })
      } catch (error) {
        throw deps.accountNames.organizationNameTaken(error)
      }
    },

    /**
     * An organization as the caller sees it: teams for members, the address for administrators.
     *
     * @throws {ServiceError} `not_found`
     */
    async describe(
      name: string,
      actor: Actor | undefined,
      requester: Requester,
    ): Promise<DescribedOrganization> {
      const found = await findAccountForMember(db, name, actor)
      if (found?.kind !== 'organization') throw notFound()
      const role =
        actor &&
        effectiveRole(
          {
            actor,
            teamRole: roleIn(found, actor),
            superusersFullAccess: deps.superusersFullAccess,
          },
          MEMBER_SCOPES,
        )
      const teams =
        actor && role
          ? deps.longLists.read(
              { limit: undefined },
              {
                order: BY_ID,
                slice: TEAMS_SLICE,
                read: (page) => listTeams(db, found.id, userIdOf(actor), page),
              },
              requester,
            ).items
          : undefined
      const isAdmin = role === 'admin'
      const settings = isAdmin ? await findOrganizationSettings(db, found.id) : undefined
      const { email } = found
      return { name, email, isAdmin, isMember: role !== undefined, teams, settings }
    },

    /** Organizations that have a text in their names, by name. */
    list: ({ text, sort, ...query }: PageQuery & NameSearch): Promise<Page<ListedOrganization>> =>
      readPage(query, BY_NAME, (slice) => listOrganizations(db, { ...slice, text, sort })),

    /** The organizations that the caller belongs to. */
    async ofUser(actor: UserActor): Promise<UserOrganization[]> {
      const memberships = await listMemberships(db, actor.userId)
      return memberships.map(({ roles, ...organization }) => {
        const role = highest(roles)
        return {
          ...organization,
          isAdmin: role === 'admin' && actor.scopes.has('org:admin'),
          mayCreate: createsRepositories(role) && actor.scopes.has('repo:create'),
        }
      })
    },
  }
}

import type { Db } from '../../db/types.ts'
import { type Actor, userIdOf } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import { robotFullName } from '../../domain/names.ts'
import { effectiveRole, MEMBER_SCOPES, roleIn } from '../../domain/organization-roles.ts'
import { PAGE_SIZE } from '../../domain/page.ts'
import { findRobotsStarting, findTeamsStarting, findUsersStarting } from '../../queries/entities.ts'
import { findAccountForMember } from '../../queries/memberships.ts'
import { findUser } from '../../queries/users.ts'

/** Any beginning of a name of a user, a robot or a team. */
const PREFIX = /^[a-z0-9][a-z0-9._+-]{0,254}$/

interface EntityQuery {
  prefix: string
  /** The namespace whose robots and teams are wanted, too. */
  namespace: string | undefined
  includeTeams: boolean
  includeOrgs: boolean
}

export interface Entity {
  kind: 'user' | 'robot' | 'team' | 'org'
  name: string
  /** Whether a member of the organization that is asked about; undefined where none is. */
  isMember?: boolean | undefined
}

interface OpenNamespace {
  id: string
  name: string
  kind: 'user' | 'organization'
}

export type EntityService = ReturnType<typeof createEntityService>

/** Finds users, robots and teams that can be given a role. */
export function createEntityService(deps: { db: Db; superusersFullAccess: boolean }) {
  const { db } = deps

  /** The namespace, where the caller may know what is in it: a member's organization, or the caller's own. */
  async function open(actor: Actor, name: string): Promise<OpenNamespace | undefined> {
    const found = await findAccountForMember(db, name, actor)
    if (found?.kind === 'user') {
      const isOwn = found.id === userIdOf(actor) && actor.scopes.has('user:admin')
      return isOwn ? found : undefined
    }
    const role =
      found && effectiveRole({ actor, teamRole: roleIn(found, actor), ...deps }, MEMBER_SCOPES)
    return role && found
  }

  async function usersAndRobots(prefix: string, namespace: OpenNamespace | undefined) {
    const organizationId = namespace?.kind === 'organization' ? namespace.id : undefined
    const [users, robots] = await Promise.all([
      findUsersStarting(db, prefix, organizationId, PAGE_SIZE.found),
      namespace ? findRobotsStarting(db, namespace, prefix, PAGE_SIZE.found) : [],
    ])
    const asked = organizationId !== undefined
    const userEntities = users.map(
      ({ name, isMember }): Entity => ({
        kind: 'user',
        name,
        isMember: asked ? isMember : undefined,
      }),
    )
    const robotEntities = robots.map((short): Entity => {
      const name = robotFullName(namespace?.name ?? '', short)
      return { kind: 'robot', name, isMember: asked ? true : undefined }
    })
    const exact = userEntities.filter(({ name }) => name === prefix)
    const others = userEntities.filter(({ name }) => name !== prefix)
    return [...exact, ...robotEntities, ...others].slice(0, PAGE_SIZE.found)
  }

  return {
    /** @throws {ServiceError} `not_found` */
    async user(name: string) {
      const user = await findUser(db, name)
      if (!user) throw notFound()
      return user
    },

    /**
     * Whose names start with a text: users; robots and teams of a namespace that the caller belongs to, and that
     * namespace itself. One whose name is that text is always among the results.
     */
    async search(actor: Actor, query: EntityQuery): Promise<Entity[]> {
      const prefix = query.prefix.replaceAll(' ', '').toLowerCase()
      if (!PREFIX.test(prefix)) return []
      const namespace = query.namespace ? await open(actor, query.namespace) : undefined
      const organization = namespace?.kind === 'organization' ? namespace : undefined
      const teams =
        organization && query.includeTeams
          ? await findTeamsStarting(db, organization.id, prefix, PAGE_SIZE.found)
          : []
      return [
        ...teams.map((name): Entity => ({ kind: 'team', name, isMember: true })),
        ...(await usersAndRobots(prefix, namespace)),
        ...(query.includeOrgs && organization?.name.startsWith(prefix)
          ? [organizationEntity(organization)]
          : []),
      ]
    },
  }
}

const organizationEntity = ({ name }: OpenNamespace): Entity => ({
  kind: 'org',
  name,
  isMember: true,
})

import type { Db } from '../../db/types.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import { patchBetween } from '../../domain/merge-patch.ts'
import type {
  SourceDefaultPermission,
  SourceFederationEntry,
  SourceOrganization,
  SourcePermission,
  SourceRepository,
  SourceRobot,
  SourceThing,
} from '../../domain/quay-content.ts'
import type { Clock } from '../../domain/runtime.ts'
import { findAccount } from '../../queries/accounts.ts'
import { findRepository } from '../../queries/repositories.ts'
import { findRobot } from '../../queries/robots.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { OrganizationChangeService } from '../accounts/organization-changes.ts'
import type { OrganizationService } from '../accounts/organizations.ts'
import type { SuperuserUserService } from '../accounts/superuser-users.ts'
import type { TeamMemberService } from '../accounts/team-members.ts'
import type { TeamService } from '../accounts/teams.ts'
import type { UserService } from '../accounts/users.ts'
import type { FederationService } from '../federation/robot-federation.ts'
import type { DefaultPermissionService } from '../repositories/default-permissions.ts'
import type { RepositoryService } from '../repositories/repositories.ts'
import type { RepositoryPermissionService } from '../repositories/repository-permissions.ts'
import type { BroughtSecrets } from '../robots/brought-secrets.ts'
import type { RobotChanges } from '../robots/robot-changes.ts'
import type { RobotCreation } from '../robots/robot-creation.ts'
import type { RobotSecrets } from '../robots/robot-secrets.ts'
import { findSameDefault, hasGoodSecret, isOfSame } from './comparisons.ts'

export interface WriteDeps {
  db: Db
  clock: Clock
  users: UserService
  superuserUsers: SuperuserUserService
  organizations: OrganizationService
  organizationChanges: OrganizationChangeService
  teams: TeamService
  teamMembers: TeamMemberService
  createRobot: RobotCreation
  robotChanges: RobotChanges
  broughtSecrets: BroughtSecrets
  secrets: RobotSecrets
  repositories: RepositoryService
  repositoryPermissions: RepositoryPermissionService
  defaultPermissions: DefaultPermissionService
  federation: FederationService
}

/** The operator, by command. */
const PERFORMER = {}

export type Writes = ReturnType<typeof createWrites>

/**
 * Writes what a Quay has through the services that write it otherwise, so that their rules hold, and the log has it. Each
 * throws ServiceError.
 */
export function createWrites({ db, ...services }: WriteDeps) {
  async function accountNamed(name: string) {
    const found = await findAccount(db, name)
    if (!found) throw notFound()
    return found
  }

  async function userId(name: string) {
    const user = await services.users.find(name)
    if (!user) throw modelRefused(`There is no user ${name} here`)
    return user.id
  }

  async function repositoryNamed(name: string, repository: string): Promise<AccessibleRepository> {
    const namespace = await accountNamed(name)
    const found = await findRepository(db, namespace.id, repository)
    if (!found) throw notFound()
    const isPublic = found.visibility === 'public'
    return { id: found.id, name: repository, namespace, isPublic, role: undefined }
  }

  async function takeOrganization({ name, beginning }: SourceOrganization) {
    if (!beginning) throw notFound()
    const { founder, team, description } = beginning
    const first = { name: team, description }
    const created = { name, email: undefined }
    await services.organizations.create(created, await userId(founder), PERFORMER, first)
  }

  async function takeRobot({ owner, name, description, metadata, secret }: SourceRobot) {
    const robot = {
      name,
      description,
      unstructuredMetadata: metadata ?? undefined,
      ...(secret === null ? { hasSecret: false } : { broughtSecret: secret }),
    }
    await services.createRobot(await accountNamed(owner), robot, PERFORMER)
  }

  async function changeRobot({ owner: ownerName, name, description, ...there }: SourceRobot) {
    const owner = await accountNamed(ownerName)
    const here = await findRobot(db, owner.id, name)
    if (!here) throw notFound()
    const unstructuredMetadata =
      there.metadata && patchBetween(here.unstructuredMetadata ?? {}, there.metadata)
    const patch = { description, unstructuredMetadata, enabled: true }
    await services.robotChanges.change(owner, name, patch, {
      performer: PERFORMER,
      ifMatch: undefined,
    })
    const { secret } = there
    if (secret === null) return
    if (await hasGoodSecret({ db, ...services }, { ownerId: owner.id, name }, secret)) return
    const brought = { value: secret, expiresAt: undefined }
    await services.broughtSecrets.bring(owner, name, brought, PERFORMER)
  }

  async function takeRepository({ namespace, kind, ...repository }: SourceRepository) {
    const owner = await accountNamed(namespace)
    // Organizations' repositories have those whom their permissions name.
    const creator = owner.kind === 'user' ? { kind: owner.kind, id: owner.id } : undefined
    const brought = { ...repository, withDefaults: false, creator }
    await services.repositories.create(owner, brought, PERFORMER)
  }

  async function changeRepository({ namespace, name, visibility, description }: SourceRepository) {
    const here = await repositoryNamed(namespace, name)
    await services.repositories.setVisibility(here, visibility, PERFORMER)
    await services.repositories.setDescription(here, description, PERFORMER)
  }

  async function putPermission({ namespace, repository, grantee, role }: SourcePermission) {
    const here = await repositoryNamed(namespace, repository)
    const { setTeam, setAccount } = services.repositoryPermissions
    if (grantee.kind === 'team') await setTeam(here, grantee.name, role, PERFORMER)
    else await setAccount(here, grantee.name, role, PERFORMER)
  }

  async function putDefault(there: SourceDefaultPermission) {
    const owner = await accountNamed(there.organization)
    const { role, grantee, activatingUser } = there
    const here = await findSameDefault(db, owner.id, there)
    if (here) await services.defaultPermissions.setRole(owner, here.id, role, PERFORMER)
    else {
      const kind = grantee.kind === 'team' ? ('team' as const) : ('user' as const)
      const delegate = { kind, name: grantee.name }
      await services.defaultPermissions.create(owner, { role, delegate, activatingUser }, PERFORMER)
    }
  }

  async function putEntry({ owner: ownerName, robot, entry }: SourceFederationEntry) {
    const owner = await accountNamed(ownerName)
    const here = await services.federation.get(owner, robot)
    const others = here.filter((one) => !isOfSame(one, entry))
    const posted = others.map(({ version, ...one }) => one)
    await services.federation.set(owner, robot, [...posted, entry], PERFORMER)
  }

  /** What writes the same way whether it is there or not. */
  async function put(thing: SourceThing) {
    if (thing.kind === 'settings') {
      const { kind, organization, ...settings } = thing
      const owner = await accountNamed(organization)
      await services.organizationChanges.update(owner, settings, PERFORMER)
    } else if (thing.kind === 'team') {
      const { organization, name, role, description } = thing
      const owner = await accountNamed(organization)
      await services.teams.put(owner, name, { role, description }, PERFORMER)
    } else if (thing.kind === 'permission') await putPermission(thing)
    else if (thing.kind === 'default_permission') await putDefault(thing)
    else if (thing.kind === 'federation') await putEntry(thing)
  }

  return {
    /** Makes what is missing here. */
    async take(thing: SourceThing): Promise<void> {
      switch (thing.kind) {
        case 'user': {
          const { name: username, email, enabled = true } = thing
          return services.users.bring({ username, email, enabled }, PERFORMER)
        }
        case 'organization':
          return takeOrganization(thing)
        case 'member': {
          const owner = await accountNamed(thing.organization)
          await services.teamMembers.add(owner, thing.team, thing.name, PERFORMER)
          return
        }
        case 'robot':
          return takeRobot(thing)
        case 'repository':
          return takeRepository(thing)
        default:
          return put(thing)
      }
    },

    /** Makes what is here like what is there; nothing that is here besides goes. */
    async change(thing: SourceThing): Promise<void> {
      switch (thing.kind) {
        case 'user': {
          const { name, email, enabled } = thing
          await services.superuserUsers.updateAny(name, { email, enabled }, PERFORMER)
          return
        }
        case 'robot':
          return changeRobot(thing)
        case 'repository':
          return changeRepository(thing)
        default:
          return put(thing)
      }
    },
  }
}

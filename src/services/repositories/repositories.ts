import { uniqueViolation, withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import { type Actor, type Performer, userIdOf } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-metadata.ts'
import { forbidden, invalidRequest, notFound, ServiceError } from '../../domain/errors.ts'
import type { Requester } from '../../domain/limiter.ts'
import { isOciName } from '../../domain/oci-name.ts'
import { hasFullAccess, roleIn } from '../../domain/organization-access.ts'
import type { Owner } from '../../domain/owner.ts'
import { parsePageToken } from '../../domain/page-token.ts'
import { repositoryCap } from '../../domain/repository-access.ts'
import { type Clock, isId, type NewId } from '../../domain/runtime.ts'
import { findAccountForMember } from '../../queries/accounts.ts'
import { applyDefaultPermissions } from '../../queries/default-permissions.ts'
import { holdAccount } from '../../queries/grantees.ts'
import {
  deleteRepository,
  findRepositoryDetails,
  insertRepository,
  updateRepository,
  type Visibility,
} from '../../queries/repositories.ts'
import {
  type ListedRepository,
  listRepositories,
  REPOSITORY_PAGE,
  type Reader,
} from '../../queries/repository-lists.ts'
import { putPermission } from '../../queries/repository-permissions.ts'
import { principalOf } from '../../queries/repository-roles.ts'
import { retireRepositories } from '../../queries/retired-names.ts'
import { thinOut } from '../../queries/thin-out.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { mayTakeRepositoryName } from './repository-names.ts'

export interface NewRepository {
  name: string
  visibility: Visibility
  description: string
}

interface RepositoryQuery {
  namespace: string | undefined
  withPublic: boolean
  nextPage: string | undefined
}

interface RepositoryServiceDeps {
  db: Db
  audit: AuditLog
  namespaceLimits: NamespaceLimits
  longLists: LongLists
  clock: Clock
  newId: NewId
  superusersFullAccess: boolean
}

export type { ListedRepository }
export type RepositoryService = ReturnType<typeof createRepositoryService>

export function createRepositoryService({ db, audit, ...deps }: RepositoryServiceDeps) {
  const hasAll = (actor: Actor | null) =>
    actor !== null && hasFullAccess(actor, deps.superusersFullAccess)

  /** As whom an actor sees lists: a token that opens no repository lists none either. */
  const seenAs = (actor: Actor | null) => (actor && repositoryCap(actor.scopes) ? actor : null)

  const readerOf = (actor: Actor | null): Reader =>
    hasAll(actor) ? 'everybody' : principalOf(seenAs(actor))

  /** @returns undefined where there is nothing to be seen; who administers the namespace sees all of it */
  async function readerIn(actor: Actor | null, name: string) {
    const found = await findAccountForMember(db, name, userIdOf(actor ?? undefined))
    if (!found && hasAll(actor)) throw notFound()
    if (!found?.enabled) return undefined
    const seen = seenAs(actor)
    const isOwn = seen?.kind === 'user' && seen.userId === found.id
    const isAdmin = isOwn || (seen !== null && roleIn(found, seen) === 'admin')
    return { namespaceId: found.id, reader: isAdmin ? ('everybody' as const) : readerOf(actor) }
  }

  const creatorOf = (actor: Actor | undefined) =>
    actor && hasFullAccess(actor, deps.superusersFullAccess) ? 'everybody' : principalOf(actor)

  const change = (
    repository: AccessibleRepository,
    values: { description: string } | { visibility: Visibility },
    kind: 'set_repo_description' | 'change_repo_visibility',
    performer: Performer,
  ) =>
    withTransaction(db, async (tx) => {
      if (!(await updateRepository(tx, repository.id, values))) throw notFound()
      await audit.record(tx, {
        kind,
        namespace: repository.namespace,
        repositoryId: repository.id,
        performer,
        metadata: {
          repo: repository.name,
          namespace: repository.namespace.name,
          ...('description' in values ? { description: auditable(values.description) } : values),
        },
      })
    })

  async function insert(
    tx: Tx,
    namespace: Owner,
    repository: NewRepository,
    performer: Performer,
  ): Promise<void> {
    const { name } = repository
    const [id, permissionId] = [deps.newId(), deps.newId()]
    const creatorId = performer.actor?.kind === 'user' ? performer.actor.userId : undefined
    for (const account of new Set([namespace.id, creatorId ?? namespace.id])) {
      if (!(await holdAccount(tx, account))) throw forbidden()
    }
    const createdAt = deps.clock()
    await insertRepository(tx, { id, namespaceId: namespace.id, ...repository, createdAt })
    const creator = creatorOf(performer.actor)
    if (!(await mayTakeRepositoryName(tx, { namespace, repository: name }, creator))) {
      throw invalidRequest(
        `The repository name ${namespace.name}/${name} was used before, and images may lie under it: ` +
          `an administrator of ${namespace.name} can create it again, a superuser can release the name`,
      )
    }
    if (creatorId !== undefined) {
      const grantee = { kind: 'user', id: creatorId } as const
      await putPermission(tx, { id: permissionId, repositoryId: id, grantee, role: 'admin' })
    }
    await applyDefaultPermissions(tx, { repositoryId: id, namespaceId: namespace.id, creatorId })
    await audit.record(tx, {
      kind: 'create_repo',
      namespace,
      repositoryId: id,
      performer,
      metadata: { repo: name, namespace: namespace.name },
    })
  }

  return {
    /**
     * Creates a repository: a user becomes its administrator, and the organization's default permissions
     * apply.
     *
     * @throws {ServiceError} `invalid_request` for a bad name, one that is in use or retired, or too many
     */
    async create(namespace: Owner, repository: NewRepository, performer: Performer) {
      if (!isOciName(`${namespace.name}/${repository.name}`)) {
        throw invalidRequest('Invalid repository name')
      }
      try {
        await deps.namespaceLimits.withRoom('repositories', namespace, () =>
          withTransaction(db, (tx) => insert(tx, namespace, repository, performer)),
        )
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw invalidRequest('Repository already exists')
      }
    },

    /**
     * The repositories that the actor may read, by namespace (the oldest first) and name; others' public ones only if
     * asked for.
     *
     * @throws {ServiceError} `not_found` for who may do everything, where there is no such namespace; `invalid_request`
     */
    list(
      actor: Actor | null,
      { namespace, withPublic, nextPage }: RepositoryQuery,
      requester: Requester,
    ) {
      const read = async ({ after }: { after: RepositoryPosition | undefined }) => {
        const place =
          namespace === undefined
            ? { namespaceId: undefined, reader: readerOf(actor) }
            : await readerIn(actor, namespace)
        return place ? listRepositories(db, { after, ...place, withPublic }) : []
      }
      return deps.longLists.read(
        { limit: REPOSITORY_PAGE, nextPage },
        { order: BY_NAMESPACE, slice: REPOSITORY_PAGE, read },
        requester,
      )
    },

    /** @throws {ServiceError} `not_found` where it was deleted meanwhile */
    async describe(repository: AccessibleRepository) {
      const details = await findRepositoryDetails(db, repository.id)
      if (!details) throw notFound()
      const { description, namespace: owner } = details
      return {
        ...repository,
        description,
        isOrganization: owner.kind === 'organization',
        tagExpirationS: owner.tagExpirationS,
      }
    },

    /** @throws {ServiceError} `not_found` where it was deleted meanwhile */
    setDescription: (repository: AccessibleRepository, description: string, performer: Performer) =>
      change(repository, { description }, 'set_repo_description', performer),

    /** @throws {ServiceError} `not_found` where it was deleted meanwhile */
    setVisibility: (
      repository: AccessibleRepository,
      visibility: Visibility,
      performer: Performer,
    ) => change(repository, { visibility }, 'change_repo_visibility', performer),

    /** One that was deleted meanwhile is gone as well. */
    async delete({ id, name, namespace }: AccessibleRepository, performer: Performer) {
      await thinOut(db, { table: 'repository_permissions', column: 'repository_id' }, id)
      await withTransaction(db, async (tx) => {
        await retireRepositories(tx, { namespaceId: namespace.id, ids: [id], at: deps.clock() })
        if (!(await deleteRepository(tx, id))) throw notFound()
        await audit.record(tx, {
          kind: 'delete_repo',
          namespace,
          repositoryId: id,
          performer,
          metadata: { repo: name, namespace: namespace.name },
        })
      }).catch((error) => {
        if (!(error instanceof ServiceError && error.code === 'not_found')) throw error
      })
    },
  }
}

type RepositoryPosition = ReturnType<typeof parsePosition>

const BY_NAMESPACE = {
  parse: parsePosition,
  of: ({ namespaceId, name }: { namespaceId: string; name: string }) => `${namespaceId}/${name}`,
}

function parsePosition(token: string) {
  const [, namespaceId = '', name = ''] = /^([^/]*)\/(.+)$/.exec(parsePageToken(token)) ?? []
  if (!isId(namespaceId)) throw invalidRequest('next_page is not a page of this list')
  return { namespaceId, name }
}

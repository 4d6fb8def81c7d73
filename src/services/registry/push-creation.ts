import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { ServiceError } from '../../domain/errors.ts'
import type { RegistryIdentity } from '../../domain/registry-identity.ts'
import type { RepositoryScope } from '../../domain/registry-scope.ts'
import { CREATOR_ROLE, PUSHED_VISIBILITY } from '../../domain/repository-creation.ts'
import { isOciName, repositoryPath } from '../../domain/repository-name.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { applyDefaultPermissions } from '../../queries/default-permissions.ts'
import {
  type CreatableNamespace,
  type Creator,
  findCreatableNamespaces,
  insertCreatorPermission,
  insertPushedRepository,
} from '../../queries/pushed-repositories.ts'
import { deleteRepository } from '../../queries/repositories.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { mayTakeRepositoryName } from '../repositories/retired-repository-names.ts'

interface PushCreationDeps {
  db: Db
  audit: AuditLog
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  /** Whether repositories are created on push at all. */
  createRepositoryOnPush: boolean
}

export type PushCreation = ReturnType<typeof createPushCreation>

/** Creates repositories that callers ask to push to, as Quay does: they are private, and their creator administers them. */
export function createPushCreation(deps: PushCreationDeps) {
  /** Creates one in a transaction with its audit entry; of several servers that try, one does. */
  async function create(
    namespace: CreatableNamespace,
    name: string,
    { creator, performer }: { creator: Creator; performer: Performer },
  ): Promise<boolean> {
    const repositoryId = deps.newId()
    const permissionId = deps.newId()
    return withTransaction(deps.db, async (tx) => {
      const created = await insertPushedRepository(tx, {
        id: repositoryId,
        namespace,
        name,
        visibility: PUSHED_VISIBILITY,
        createdAt: deps.clock(),
      })
      if (!created) return false
      if (!(await mayTakeRepositoryName(tx, { namespace, repository: name }, creator))) {
        await deleteRepository(tx, repositoryId)
        return false
      }
      const permission = { id: permissionId, repositoryId, creator, role: CREATOR_ROLE }
      if (!(await insertCreatorPermission(tx, permission))) {
        throw new ServiceError('registry_unauthorized', 'The account was deleted meanwhile')
      }
      await applyDefaultPermissions(tx, {
        repositoryId,
        namespaceId: namespace.id,
        creatorId: creator.kind === 'user' ? creator.id : undefined,
      })
      await deps.audit.record(tx, {
        kind: 'create_repo',
        namespace,
        repositoryId,
        performer,
        metadata: { repo: name, namespace: namespace.name },
      })
      return true
    })
  }

  return {
    /**
     * Creates those of the repositories, none of which was there a moment ago, that the identity may create.
     *
     * @returns by path, for each that it may create, whether this created it; others exist by now, or are retired for the
     *   identity
     * @throws {ServiceError} `invalid_request` where a namespace has as many repositories as it may have
     */
    async create(
      { principal, mayCreate, performer }: RegistryIdentity,
      missing: readonly RepositoryScope[],
    ): Promise<Map<string, boolean>> {
      const tried = new Map<string, boolean>()
      if (!deps.createRepositoryOnPush || !mayCreate || missing.length === 0) return tried
      if (principal.kind !== 'robot' && principal.kind !== 'user') return tried
      const names = new Set(missing.map(({ namespace }) => namespace))
      const namespaces = await findCreatableNamespaces(deps.db, principal, [...names])
      for (const scope of missing) {
        const namespace = namespaces.find(({ name }) => name === scope.namespace)
        const path = repositoryPath(scope)
        if (!namespace || tried.has(path) || !isOciName(path)) continue
        tried.set(
          path,
          await deps.namespaceLimits.withRoom('repositories', namespace, () =>
            create(namespace, scope.repository, { creator: principal, performer }),
          ),
        )
      }
      return tried
    },
  }
}

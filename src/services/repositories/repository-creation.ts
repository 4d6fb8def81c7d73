import { uniqueViolation, withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Actor, Performer } from '../../domain/actor.ts'
import { forbidden, invalidRequest } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import { EVERYBODY, principalOf, type Reader } from '../../domain/principal.ts'
import { isOciName } from '../../domain/repository-name.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { hasFullAccess } from '../../domain/superusers.ts'
import { applyDefaultPermissions } from '../../queries/default-permissions.ts'
import { insertRepository, type Visibility } from '../../queries/repositories.ts'
import { putPermission } from '../../queries/repository-permissions.ts'
import { holdAccount } from '../../queries/row-locks.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { mayTakeRepositoryName } from './repository-names.ts'

interface NewRepository {
  name: string
  visibility: Visibility
  description: string
}

export interface RepositoryCreationDeps {
  db: Db
  audit: AuditLog
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  superusersFullAccess: boolean
}

/** Creates repositories for the API; `registry/push-creation.ts` creates those that somebody pushes to. */
export function createRepositoryCreation({ db, audit, ...deps }: RepositoryCreationDeps) {
  const creatorOf = (actor: Actor | undefined): Reader =>
    actor && hasFullAccess(actor, deps.superusersFullAccess) ? EVERYBODY : principalOf(actor)

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

  /**
   * Creates a repository: a user becomes its administrator, and the organization's default permissions
   * apply.
   *
   * @throws {ServiceError} `invalid_request` for a bad name, one that is in use or retired, or too many
   */
  return async function create(namespace: Owner, repository: NewRepository, performer: Performer) {
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
  }
}

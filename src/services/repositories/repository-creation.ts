import { uniqueViolation } from '../../db/driver-fault.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { type Actor, memberOf, type Performer } from '../../domain/actor.ts'
import { forbidden, invalidRequest } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import { EVERYBODY, principalOf, type Reader } from '../../domain/principal.ts'
import { CREATOR_ROLE } from '../../domain/repository-creation.ts'
import { isOciName } from '../../domain/repository-name.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { hasFullAccess } from '../../domain/superusers.ts'
import { applyDefaultPermissions } from '../../queries/default-permissions.ts'
import { insertCreatorPermission } from '../../queries/pushed-repositories.ts'
import { insertRepository, type Visibility } from '../../queries/repositories.ts'
import { holdAccount } from '../../queries/row-locks.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { mayTakeRepositoryName } from './retired-repository-names.ts'

interface NewRepository {
  name: string
  visibility: Visibility
  description: string
  /** False: nobody gets a role by the organization's default permissions. */
  withDefaults?: boolean
  /** Who becomes its administrator; undefined: who calls. */
  creator?: Creator | undefined
}

interface Creator {
  kind: 'user' | 'robot'
  id: string
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
  const takerOf = (actor: Actor | undefined): Reader =>
    actor && hasFullAccess(actor, deps.superusersFullAccess) ? EVERYBODY : principalOf(actor)

  async function insert(
    tx: Tx,
    namespace: Owner,
    { withDefaults = true, creator: givenCreator, ...repository }: NewRepository,
    performer: Performer,
  ): Promise<void> {
    const { name } = repository
    const [id, permissionId] = [deps.newId(), deps.newId()]
    if (!(await holdAccount(tx, namespace.id))) throw forbidden()
    const createdAt = deps.clock()
    await insertRepository(tx, { id, namespaceId: namespace.id, ...repository, createdAt })
    const taker = takerOf(performer.actor)
    if (!(await mayTakeRepositoryName(tx, { namespace, repository: name }, taker))) {
      throw invalidRequest(
        `The repository name ${namespace.name}/${name} was used before, and images may lie under it: ` +
          `an administrator of ${namespace.name} can create it again, a superuser can release the name`,
      )
    }
    const creator = givenCreator ?? creatorOf(performer.actor)
    const permission = { id: permissionId, repositoryId: id, role: CREATOR_ROLE } as const
    if (creator && !(await insertCreatorPermission(tx, { ...permission, creator }))) {
      throw forbidden()
    }
    const creatorId = creator?.kind === 'user' ? creator.id : undefined
    if (withDefaults) {
      await applyDefaultPermissions(tx, { repositoryId: id, namespaceId: namespace.id, creatorId })
    }
    await audit.record(tx, {
      kind: 'create_repo',
      namespace,
      repositoryId: id,
      performer,
      metadata: { repo: name, namespace: namespace.name },
    })
  }

  /**
   * Creates a repository: a user or robot becomes its administrator, and the organization's default permissions
   * apply, unless told otherwise.
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

/** An application gets no role: it administers all repositories of its organization. */
const creatorOf = (actor: Actor | undefined) =>
  actor && actor.kind !== 'application' ? memberOf(actor) : undefined

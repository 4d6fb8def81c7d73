import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Actor, Performer } from '../../domain/actor.ts'
import { inOneOrder, within } from '../../domain/changes-at-once.ts'
import { invalidRequest, ServiceError } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import { type RoleChange, wordsOf } from '../../domain/role-changes.ts'
import type { AccessibleRepository, RepositoryAccess } from '../access/repository-access.ts'
import type { RoleChanges } from './role-changes.ts'

interface AccessChangesDeps {
  db: Db
  repositoryAccess: RepositoryAccess
  roleChanges: RoleChanges
}

export type AccessChanges = ReturnType<typeof createAccessChanges>

/** Changes roles in several repositories of an owner at once. */
export function createAccessChanges({ db, repositoryAccess, roleChanges }: AccessChangesDeps) {
  /** @throws {ServiceError} `insufficient_scope`; `invalid_request` where there is none */
  async function repositoryOf(actor: Actor | null, owner: Owner, name: string) {
    const rule = { role: 'admin', scopes: [['repo:admin'], ['super:user']] } as const
    const none = () => invalidRequest(`changes: ${owner.name} has no repository ${name}`)
    const found = await repositoryAccess
      .to(actor, `${owner.name}/${name}`, rule)
      .catch((error: unknown) => {
        throw error instanceof ServiceError && error.code === 'not_found' ? none() : error
      })
    if (!found) throw none()
    return found
  }

  function change(
    tx: Tx,
    repository: AccessibleRepository,
    { kind, name, role }: RoleChange,
    performer: Performer,
  ): Promise<unknown> {
    if (kind === 'team') {
      return role === null
        ? roleChanges.deleteTeam(tx, repository, name, performer)
        : roleChanges.setTeam(tx, repository, name, role, performer)
    }
    return role === null
      ? roleChanges.deleteAccount(tx, repository, name, performer)
      : roleChanges.setAccount(tx, repository, name, role, performer)
  }

  return {
    /**
     * All of them, or none.
     *
     * @throws {ServiceError} `insufficient_scope`; `invalid_request` with the change that is refused
     */
    async make(actor: Actor | null, owner: Owner, changes: RoleChange[], performer: Performer) {
      const all = inOneOrder(changes, wordsOf, 'changes')
      const repositories = new Map<string, AccessibleRepository>()
      for (const { repository } of all) {
        if (!repositories.has(repository)) {
          repositories.set(repository, await repositoryOf(actor, owner, repository))
        }
      }
      await withTransaction(db, async (tx) => {
        for (const one of all) {
          const repository = repositories.get(one.repository) as AccessibleRepository
          await within(wordsOf(one), () => change(tx, repository, one, performer))
        }
      })
    },
  }
}

import { withTransaction } from '../../db/transactions.ts'
import type { Actor, Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-sizes.ts'
import { notFound, ServiceError } from '../../domain/errors.ts'
import { isId } from '../../domain/ids.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { NameSort } from '../../domain/name-sort.ts'
import { roleIn } from '../../domain/organization-roles.ts'
import { PAGE_SIZE } from '../../domain/page.ts'
import { notAPage, parsePageToken } from '../../domain/page-token.ts'
import { EVERYBODY, principalOf, type Reader } from '../../domain/principal.ts'
import { administersAll, repositoryCap } from '../../domain/repository-roles.ts'
import { hasFullAccess } from '../../domain/superusers.ts'
import { findAccountForMember } from '../../queries/memberships.ts'
import {
  deleteRepository,
  findRepositoryDetails,
  type RepositoryDetails,
  updateRepository,
  type Visibility,
} from '../../queries/repositories.ts'
import { type ListedRepository, listRepositories } from '../../queries/repository-lists.ts'
import { retireRepositories } from '../../queries/retired-names.ts'
import { thinOut } from '../../queries/thin-out.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { createRepositoryCreation, type RepositoryCreationDeps } from './repository-creation.ts'

interface RepositoryQuery {
  namespace: string | undefined
  /** What their names have in them; with a namespace only. */
  text?: string | undefined
  /** With a namespace only. */
  sort?: NameSort | undefined
  withPublic: boolean
  nextPage: string | undefined
}

interface RepositoryServiceDeps extends RepositoryCreationDeps {
  longLists: LongLists
}

export type { ListedRepository }
export interface DescribedRepository extends AccessibleRepository, RepositoryDetails {}
export type RepositoryService = ReturnType<typeof createRepositoryService>

export function createRepositoryService({ db, audit, ...deps }: RepositoryServiceDeps) {
  const hasAll = (actor: Actor | null) =>
    actor !== null && hasFullAccess(actor, deps.superusersFullAccess)

  /** Who the actor is for lists. With a token that gives no role in repositories it is nobody: it lists public ones only. */
  const seenAs = (actor: Actor | null) => (actor && repositoryCap(actor.scopes) ? actor : null)

  const readerOf = (actor: Actor | null): Reader =>
    hasAll(actor) ? EVERYBODY : principalOf(seenAs(actor))

  /** @returns whose roles decide what is listed: everybody's for who administers the namespace; undefined for nothing */
  async function readerIn(actor: Actor | null, name: string) {
    const found = await findAccountForMember(db, name, actor ?? undefined)
    if (!found && hasAll(actor)) throw notFound()
    if (!found?.enabled) return undefined
    const seen = seenAs(actor)
    const isAdmin = seen !== null && administersAll(roleIn(found, seen))
    return { namespaceId: found.id, reader: isAdmin ? EVERYBODY : readerOf(actor) }
  }

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

  return {
    create: createRepositoryCreation({ db, audit, ...deps }),

    /**
     * The repositories that the actor may read, by namespace (the oldest first) and name; others' public ones only if
     * asked for.
     *
     * @throws {ServiceError} `not_found` where there is no such namespace, for callers who may do everything;
     *   `invalid_request`
     */
    list(
      actor: Actor | null,
      { namespace, text, sort, withPublic, nextPage }: RepositoryQuery,
      requester: Requester,
    ) {
      async function read({ after }: { after: RepositoryPosition | undefined }) {
        const place =
          namespace === undefined
            ? { namespaceId: undefined, reader: readerOf(actor) }
            : await readerIn(actor, namespace)
        return place ? listRepositories(db, { after, ...place, text, sort, withPublic }) : []
      }
      return deps.longLists.read(
        { limit: PAGE_SIZE.usual, nextPage },
        { order: BY_NAMESPACE, slice: PAGE_SIZE.usual, read },
        requester,
      )
    },

    /** @throws {ServiceError} `not_found` where it was deleted meanwhile */
    async describe(repository: AccessibleRepository): Promise<DescribedRepository> {
      const details = await findRepositoryDetails(db, repository.id)
      if (!details) throw notFound()
      return { ...repository, ...details }
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

    /** No error where it was deleted meanwhile. */
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
  if (!isId(namespaceId)) throw notAPage()
  return { namespaceId, name }
}

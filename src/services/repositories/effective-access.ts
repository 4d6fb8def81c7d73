import type { Db } from '../../db/types.ts'
import {
  type Access,
  HOLDER_KINDS,
  type HolderKind,
  MOST_COLUMNS,
} from '../../domain/effective-access.ts'
import { robotFullName } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import { cutPage, PAGE_SIZE, type Page } from '../../domain/page.ts'
import { notAPage, parsePageToken } from '../../domain/page-token.ts'
import { EVERYBODY } from '../../domain/principal.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import {
  type AccessColumn,
  type AccessRow,
  findAccess,
  findColumns,
  type HolderRow,
  listColumns,
  listHolders,
} from '../../queries/effective-access.ts'
import { listRepositories } from '../../queries/repository-lists.ts'
import { administers } from '../../queries/repository-roles.ts'
import { findRobotId } from '../../queries/robots.ts'
import { BY_NAME, readPage } from '../paging.ts'

interface MatrixQuery {
  /** Names of repositories; empty: all of them by name. */
  repositories: string[]
  /** What the names of the others have in them. */
  repositoryText: string
  /** What the names of holders have in them. */
  text: string
  kind: HolderKind | undefined
  /** Only who has at least this role in one of the repositories. */
  role: RepositoryRole | undefined
  limit: number
  nextPage: string | undefined
  nextRepositories: string | undefined
}

export interface Holder {
  kind: HolderKind
  /** Of a robot the full one. */
  name: string
  /** In the repositories where there is a role. */
  access: Access[]
}

interface Matrix {
  repositories: Page<AccessColumn>
  holders: Page<Holder>
}

export type EffectiveAccess = ReturnType<typeof createEffectiveAccess>

/** What robots, users and teams may do in the repositories of a namespace, and why. */
export function createEffectiveAccess({ db }: { db: Db }) {
  async function columnsOf(owner: Owner, query: MatrixQuery): Promise<Page<AccessColumn>> {
    const { repositories: names, repositoryText: text } = query
    if (names.length > 0) {
      return { items: await findColumns(db, owner.id, names), nextPage: undefined }
    }
    return readPage({ limit: MOST_COLUMNS, nextPage: query.nextRepositories }, BY_NAME, (slice) =>
      listColumns(db, { namespaceId: owner.id, text, ...slice }),
    )
  }

  /** Kind after kind, each by name: one more than a page holds. */
  async function holdersOf(owner: Owner, query: MatrixQuery, columns: AccessColumn[]) {
    const { text, role, limit, nextPage } = query
    const from = nextPage === undefined ? undefined : parsePosition(nextPage)
    const repositoryIds = columns.map(({ id }) => id)
    const found: (HolderRow & { kind: HolderKind })[] = []
    for (const kind of HOLDER_KINDS) {
      const isPast = from && HOLDER_KINDS.indexOf(kind) < HOLDER_KINDS.indexOf(from.kind)
      const isLeftOut = query.kind !== undefined && query.kind !== kind
      if (isPast || isLeftOut || found.length > limit) continue
      const after = kind === from?.kind ? from.name : undefined
      const slice = { after, limit: limit + 1 - found.length }
      const wanted = { namespaceId: owner.id, text, role, repositoryIds }
      const rows = await listHolders(db, kind, { ...wanted, ...slice })
      found.push(...rows.map((row) => ({ ...row, kind })))
    }
    return cutPage(found, limit, ({ kind, name }) => `${kind} ${name}`)
  }

  return {
    /**
     * Holders (teams, users, robots; each by name) and repositories, a page of both, and what is where they meet.
     *
     * @throws {ServiceError} `invalid_request` for a page of another list
     */
    async matrix(owner: Owner, query: MatrixQuery): Promise<Matrix> {
      const repositories = await columnsOf(owner, query)
      const holders = await holdersOf(owner, query, repositories.items)
      const names = repositories.items.map(({ name }) => name)
      const cells = new Map<string, Access[]>()
      for (const kind of HOLDER_KINDS) {
        const holderIds = holders.items.filter((one) => one.kind === kind).map(({ id }) => id)
        if (holderIds.length === 0 || names.length === 0) continue
        const wanted = { namespaceId: owner.id, holderIds, repositories: names }
        for (const row of await findAccess(db, kind, wanted)) {
          cells.set(row.holderId, [...(cells.get(row.holderId) ?? []), accessOf(row)])
        }
      }
      const items = holders.items.map(({ id, kind, name }) => ({
        kind,
        name: kind === 'robot' ? robotFullName(owner.name, name) : name,
        access: cells.get(id) ?? [],
      }))
      return { repositories, holders: { items, nextPage: holders.nextPage } }
    },

    /**
     * What a robot may do, by name of the repository.
     *
     * @param name short
     * @throws {ServiceError} `robot_not_found`; `invalid_request`
     */
    async ofRobot(owner: Owner, name: string, nextPage: string | undefined): Promise<Page<Access>> {
      const id = await findRobotId(db, owner.id, name)
      if (id === undefined) throw robotNotFound()
      const robot = { kind: 'robot', id } as const
      const reader = (await administers(db, robot, owner.id)) ? EVERYBODY : robot
      const after = nextPage === undefined ? undefined : parsePageToken(nextPage)
      const listed = await listRepositories(db, {
        ...{ namespaceId: owner.id, reader, withPublic: false },
        after: after === undefined ? undefined : { namespaceId: owner.id, name: after },
      })
      const page = cutPage(listed, PAGE_SIZE.usual, BY_NAME.of)
      const repositories = page.items.map((row) => row.name)
      const wanted = { namespaceId: owner.id, holderIds: [id], repositories }
      return { ...page, items: (await findAccess(db, 'robot', wanted)).map(accessOf).sort(byName) }
    },
  }
}

const accessOf = ({ repository, isPublic, sources }: AccessRow): Access => ({
  repository,
  isPublic,
  // Of no sources there is no row.
  role: sources[0]?.role ?? 'read',
  sources,
})

const byName = (one: Access, other: Access) => (one.repository < other.repository ? -1 : 1)

/** @throws {ServiceError} `invalid_request` */
function parsePosition(token: string) {
  const [, kind, name = ''] = /^(\w+) (.+)$/.exec(parsePageToken(token)) ?? []
  const known = HOLDER_KINDS.find((one) => one === kind)
  if (known === undefined) throw notAPage()
  return { kind: known, name }
}

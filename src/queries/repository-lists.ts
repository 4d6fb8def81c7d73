import { rows, statement } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'
import { NIL_ID } from '../domain/ids.ts'
import type { NameSort } from '../domain/name-sort.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import type { Reader } from '../domain/principal.ts'
import { IN_ALL_REPOSITORIES } from '../domain/repository-roles.ts'
import { type HeavyRow, withoutHeavyTexts } from './heavy-texts.ts'
import { beforeAll, SQL_SORTS } from './name-order.ts'

/** One more than a page holds, to know whether there is another. A number, not a parameter: the planner then knows it. */
const READ = PAGE_SIZE.usual + 1

export interface ListedRepository extends HeavyRow {
  namespaceId: string
  namespace: string
  name: string
  description: string
  isPublic: boolean
}

interface RepositoryFilter {
  /**
   * The one whose repositories are listed: it is enabled, and the reader of its administrators is `everybody`. Undefined:
   * all that are enabled.
   */
  namespaceId: string | undefined
  /** What their names have in them; only in one namespace. */
  text?: string | undefined
  /** Another order than by name; only in one namespace. */
  sort?: NameSort | undefined
  reader: Reader
  /** Whether public repositories are listed without a role, too. */
  withPublic: boolean
  /** The last repository of the page before. */
  after: { namespaceId: string; name: string } | undefined
}

/**
 * How a list of repositories is put together. Each source reads an index that has this order, from a position on and no
 * further than a page: so a page costs as much as is on it, however many repositories and roles there are.
 *
 * `$namespaceId` and `$name` are the position, `$readerId` says whose roles count.
 */
interface Place {
  /** Whether it is one namespace only. */
  isOne: boolean
  sort: NameSort
  /** Condition for the rows of `repositories p` after the position. */
  repositories: string
  /** Condition for the rows of the grants `g` after the position that are for one grantee. */
  grantsTo: (column: string, grantee: string) => string
}

/**
 * Condition for the rows of an index after a position, of which the first `lastOf` columns stay what they are there. That
 * is said by `<=`, since with `=` PostgreSQL, as long as it has no statistics, expects few rows and sorts all of them.
 */
function following(columns: string[], position: string[], lastOf: number, sort: NameSort = 'name') {
  const { after, upTo } = SQL_SORTS[sort]
  const last = columns
    .slice(0, lastOf)
    .map((column, index) => `${column} ${upTo} ${position[index]}`)
  return [`(${columns.join(', ')}) ${after} (${position.join(', ')})`, ...last].join(' AND ')
}

const POSITION = ['$namespaceId::uuid', '$name']
const REPOSITORY = ['p.namespace_id', 'p.name']
const GRANT = ['g.namespace_id', 'g.repository_name']

/** In one namespace only, that of the position. */
const here = (sort: NameSort): Place => ({
  isOne: true,
  sort,
  repositories: following(REPOSITORY, POSITION, 1, sort),
  grantsTo: (column, grantee) => following([column, ...GRANT], [grantee, ...POSITION], 2, sort),
})

/** The same, where names have a text in them. */
function hereWithText(sort: NameSort): Place {
  const place = here(sort)
  return {
    ...place,
    repositories: `${place.repositories} AND strpos(p.name, $text) > 0`,
    grantsTo: (column, grantee) =>
      `${place.grantsTo(column, grantee)} AND strpos(g.repository_name, $text) > 0`,
  }
}

const isEnabled = (id: string) => `(SELECT n.enabled FROM namespaces n WHERE n.id = ${id})`

const ANYWHERE: Place = {
  isOne: false,
  sort: 'name',
  repositories: `${following(REPOSITORY, POSITION, 0)} AND ${isEnabled('p.namespace_id')}`,
  grantsTo: (column, grantee) =>
    `${following([column, ...GRANT], [grantee, ...POSITION], 1)} AND ${isEnabled('g.namespace_id')}`,
}

/** `namespace_id DESC, name DESC` */
const orderOf = (columns: string[], sort: NameSort) =>
  columns.map((column) => `${column} ${SQL_SORTS[sort].direction}`).join(', ')

const repositoriesWhere = (condition: string, sort: NameSort) => `(
  SELECT p.id, p.namespace_id, p.name FROM repositories p WHERE ${condition}
  ORDER BY ${orderOf(REPOSITORY, sort)} LIMIT ${READ})`

const grantsWhere = (column: string, condition: string, sort: NameSort) => `(
  SELECT g.repository_id AS id, g.namespace_id, g.repository_name AS name
  FROM repository_permissions g WHERE ${condition}
  ORDER BY ${orderOf([column, ...GRANT], sort)} LIMIT ${READ})`

/** The sources for what is granted to a user or a robot, and to their teams. */
const grantsOf = (column: 'user_id' | 'robot_id', { grantsTo, sort }: Place) => [
  grantsWhere(`g.${column}`, grantsTo(`g.${column}`, '$readerId::uuid'), sort),
  `(SELECT granted.* FROM team_members m
    CROSS JOIN LATERAL ${grantsWhere('g.team_id', grantsTo('g.team_id', 'm.team_id'), sort)} granted
    WHERE m.${column} = $readerId::uuid)`,
]

/** The source for all repositories of some namespaces, one namespace after the other. */
const inAllOf = (ids: string) => `(
  SELECT owned.* FROM (SELECT ids.id FROM (${ids}) ids
    WHERE ids.id >= $namespaceId::uuid AND ${isEnabled('ids.id')} ORDER BY ids.id) owner
  CROSS JOIN LATERAL ${repositoriesWhere(
    following(
      REPOSITORY,
      ['owner.id', "CASE WHEN owner.id = $namespaceId::uuid THEN $name ELSE '' END"],
      1,
    ),
    'name',
  )} owned
  ORDER BY owned.namespace_id, owned.name LIMIT ${READ})`

const administeredBy = (column: 'user_id' | 'robot_id') => `
  SELECT $readerId::uuid AS id
  UNION
  SELECT t.organization_id FROM team_members m JOIN teams t ON t.id = m.team_id
  WHERE m.${column} = $readerId::uuid AND t.role = '${IN_ALL_REPOSITORIES.of}'`

function sourcesFor(reader: Reader['kind'], place: Place): string[] {
  if (reader === 'everybody') return [repositoriesWhere(place.repositories, place.sort)]
  if (reader === 'nobody') return []
  if (reader === 'administrator')
    return place.isOne ? [] : [inAllOf('SELECT $readerId::uuid AS id')]
  const column = reader === 'user' ? 'user_id' : 'robot_id'
  const granted = grantsOf(column, place)
  return place.isOne ? granted : [...granted, inAllOf(administeredBy(column))]
}

const PLACES = {
  here: here('name'),
  here_with_text: hereWithText('name'),
  last_first: here('-name'),
  text_last_first: hereWithText('-name'),
  anywhere: ANYWHERE,
}

/** In names of statements, which have 63 characters at most. */
const IN_ONE = {
  name: { all: 'here', withText: 'here_with_text' },
  '-name': { all: 'last_first', withText: 'text_last_first' },
} as const satisfies Record<NameSort, Record<string, keyof typeof PLACES>>

interface Values {
  namespaceId: string
  name: string
  text: string
  readerId: string | null
}

/**
 * The last join has a limit of one row, or PostgreSQL might read all repositories for it.
 *
 * @returns undefined where such a reader finds nothing
 */
function statementFor(
  reader: Reader['kind'],
  where: keyof typeof PLACES,
  withPublic: boolean,
): Statement<ListedRepository, Values> | undefined {
  const place = PLACES[where]
  const sources = sourcesFor(reader, place)
  if (withPublic && reader !== 'everybody') {
    const isPublic = `p.visibility = 'public' AND ${place.repositories}`
    sources.push(repositoriesWhere(isPublic, place.sort))
  }
  if (sources.length === 0) return undefined
  return statement(
    `list_repositories_${where}_for_${reader}${withPublic ? '_and_public' : ''}`,
    withoutHeavyTexts(
      `SELECT shown.namespace_id AS "namespaceId", shown.name, p.description, p."isPublic",
              (SELECT n.name FROM namespaces n WHERE n.id = shown.namespace_id) AS namespace
       FROM (SELECT DISTINCT ON (namespace_id, name) * FROM (${sources.join(' UNION ALL ')}) found
             ORDER BY ${orderOf(['namespace_id', 'name'], place.sort)} LIMIT ${READ}) shown
       CROSS JOIN LATERAL (SELECT description, visibility = 'public' AS "isPublic"
                           FROM repositories WHERE id = shown.id LIMIT 1) p
       ORDER BY ${orderOf(['shown.namespace_id', 'shown.name'], place.sort)}`,
      ['"namespaceId"', 'name', '"isPublic"', 'namespace'],
      orderOf(['"namespaceId"', 'name'], place.sort),
    ),
  )
}

/** Repositories by namespace (the oldest first) and name: one more than a page. */
export async function listRepositories(
  db: DbOrTx,
  { namespaceId, text, sort = 'name', reader, withPublic, after }: RepositoryFilter,
): Promise<ListedRepository[]> {
  if (namespaceId !== undefined && after && after.namespaceId > namespaceId) return []
  const inOne = IN_ONE[sort][text === undefined ? 'all' : 'withText']
  const list = statementFor(reader.kind, namespaceId === undefined ? 'anywhere' : inOne, withPublic)
  if (!list) return []
  const isOfPosition = namespaceId === undefined || after?.namespaceId === namespaceId
  return rows(db, list, {
    namespaceId: namespaceId ?? after?.namespaceId ?? NIL_ID,
    name: (isOfPosition && after?.name) || beforeAll(sort),
    text: text ?? '',
    readerId: 'id' in reader ? reader.id : null,
  })
}

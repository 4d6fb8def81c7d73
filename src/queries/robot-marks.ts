import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { PolicyBounds } from '../domain/policy-bounds.ts'
import type { RobotSearch } from '../domain/robot-search.ts'
import { NOT_LISTED } from './robot-states.ts'

// The table `robot_marks` has what robots are found by, for each of these in the order of names.

/** Marks of which each robot has one that passes a filter. */
export interface LeadingMarks {
  marks: string[]
  /** Whether a robot that has one passes. */
  areAll: boolean
  /** How many robots have one, at most. */
  atMost: number
}

/** Most marks that are read side by side. */
const MOST = 32
/** Most issuers of an owner, or of all, of which each is judged. */
const MOST_ISSUERS = 256
/** Most words of a text that are looked at, for the rarest. */
const MOST_WORDS = 8
/** Most robots that are counted of each of several filters, for the rarest. */
const MOST_COUNTED = 3000
/** Not counted, or more. */
const MANY = Number.POSITIVE_INFINITY

/**
 * Writes the marks of new robots: words and labels, as the trigger `mark_new_robot` does for servers of the version before.
 *
 * @param from a table which has `id`, `namespaceId`, `name`, `description` and `labels` of each
 */
export const insertMarksFrom = (from: string) => `
  INSERT INTO robot_marks (robot_id, namespace_id, name, mark)
  SELECT robot."id", robot."namespaceId", robot."name", m.mark
  FROM ${from} robot, LATERAL (
    SELECT DISTINCT 'word:' || word FROM unnest(robot_words(robot."name" || ' ' || robot."description")) word
    UNION ALL SELECT 'label:' || label FROM unnest(robot."labels") label) m(mark)`

/** The last text of all, in the order of bytes. */
const LAST = String.raw`U&'\+10FFFF'`

/** A namespace; undefined: all. */
interface Scope {
  namespaceId: string | undefined
}

interface OwnerAndAll<Statement> {
  ofOwner: Statement
  ofAll: Statement
}

/** @param make a statement about rows of `robot_marks m`, from the beginning of a condition on them, and the end of a name */
const ofOwnerAndAll = <Statement>(
  make: (place: string, suffix: string) => Statement,
): OwnerAndAll<Statement> => ({
  ofOwner: make('m.namespace_id = $namespaceId::uuid AND', ''),
  ofAll: make('', '_of_all'),
})

const of = <Statement>({ ofOwner, ofAll }: OwnerAndAll<Statement>, { namespaceId }: Scope) =>
  namespaceId === undefined ? ofAll : ofOwner

/** The different marks that begin with a text, by one step in the index for each; one more than `most`, where there are more. */
function marksFrom(start: string, most: number, place: string) {
  const next = (after: string) =>
    `(SELECT m.mark FROM robot_marks m WHERE ${place} m.mark ${after} AND m.mark < ${start} || ${LAST} ORDER BY m.mark LIMIT 1)`
  return `(
    WITH RECURSIVE found AS (
      SELECT ${next(`>= ${start}`)} AS mark
      UNION ALL SELECT ${next('> f.mark')} FROM found f WHERE f.mark IS NOT NULL)
    SELECT mark FROM found WHERE mark IS NOT NULL LIMIT ${most + 1})`
}

const FIND_WORDS = ofOwnerAndAll((place, suffix) =>
  statement<{ marks: string[] }, Scope & Pick<RobotSearch, 'text'>>(
    `find_marks_of_words${suffix}`,
    `SELECT ARRAY${marksFrom("('word:' || w.word)", MOST, place)} AS marks
     FROM unnest(robot_words($text)) w(word) LIMIT ${MOST_WORDS}`,
  ),
)

/** Of an issuer, all entries of an owner are judged alike: one is looked at. Of all owners, those that name a record are not. */
const FIND_ISSUERS = ofOwnerAndAll((place, suffix) =>
  statement<{ mark: string; isUnlisted: boolean }, Scope & PolicyBounds>(
    `find_issuers_of_marks${suffix}`,
    `SELECT f.mark, ${place ? '' : "f.mark LIKE 'issuer:%:%' OR"} EXISTS (
       SELECT FROM (SELECT m.robot_id FROM robot_marks m WHERE ${place} m.mark = f.mark ORDER BY m.name LIMIT 1) m
       JOIN robots r ON r.id = m.robot_id JOIN federation_entry_rows e ON e.robot_id = r.id
       WHERE f.mark = ANY (federation_marks(e)) AND ${NOT_LISTED}) AS "isUnlisted"
     FROM ${marksFrom("'issuer:'", MOST_ISSUERS, place)} f`,
  ),
)

const COUNT_SETS = ofOwnerAndAll((place, suffix) =>
  statement<{ set: string; count: number }, Scope & { sets: string[]; marks: string[] }>(
    `count_robots_of_marks${suffix}`,
    `SELECT k.set, count(*)::int AS count FROM unnest($sets::text[], $marks::text[]) k(set, mark),
       LATERAL (SELECT FROM robot_marks m WHERE ${place} m.mark = k.mark ORDER BY m.name LIMIT ${MOST_COUNTED}) m
     GROUP BY k.set`,
  ),
)

/** For each word of a text, those that it begins; too many are left out. */
async function marksOfText(db: DbOrTx, search: Scope & Pick<RobotSearch, 'text'>) {
  const found = await rows(db, of(FIND_WORDS, search), search)
  return found.map(({ marks }) => marks)
}

/** Marks of the issuers that a policy does not let in, of all owners also of those that name a record; undefined: they are many. */
export async function unlistedIssuers(
  db: DbOrTx,
  search: Scope & PolicyBounds,
): Promise<string[] | undefined> {
  if (!search.issuersListed) return []
  const found = await rows(db, of(FIND_ISSUERS, search), search)
  const areMany = found.length > MOST_ISSUERS
  return areMany ? undefined : found.filter((one) => one.isUnlisted).map(({ mark }) => mark)
}

/** The set of marks that fewest robots have, and how many. */
async function rarestOf(db: DbOrTx, { namespaceId }: Scope, sets: string[][]) {
  const pairs = sets.flatMap((marks, set) => marks.map((mark) => ({ set: `${set}`, mark })))
  const values = { sets: pairs.map(({ set }) => set), marks: pairs.map(({ mark }) => mark) }
  const counted = await rows(db, of(COUNT_SETS, { namespaceId }), { namespaceId, ...values })
  const counts = new Map(counted.map(({ set, count }) => [set, count]))
  const countOf = (set: number) => counts.get(`${set}`) ?? 0
  const rarest = sets.reduce((least, _, set) => (countOf(set) < countOf(least) ? set : least), 0)
  const count = countOf(rarest)
  return { marks: sets[rarest] ?? [], atMost: count < MOST_COUNTED ? count : MANY }
}

/** What is asked for; with the marks of issuers, where these are known and a state is about them. */
type Wanted = Scope &
  Pick<RobotSearch, 'text' | 'labels' | 'state'> & { issuers?: string[] | undefined }

/** By which marks robots are found that pass a filter; undefined: no few marks say it. */
export async function leadingMarks(db: DbOrTx, wanted: Wanted): Promise<LeadingMarks | undefined> {
  const { namespaceId, text, labels, state, issuers } = wanted
  const sets = labels.map((label) => [`label:${label}`])
  if (text !== undefined) sets.push(...(await marksOfText(db, wanted)))
  if (state === 'any_audience') sets.push([state])
  if (issuers) sets.push(issuers)
  const few = sets.filter((marks) => marks.length <= MOST)
  const [marks] = few
  if (!marks) return undefined
  if (few.length > 1) return { areAll: false, ...(await rarestOf(db, wanted, few)) }
  const isStateSaid =
    state === undefined || state === 'any_audience' || (issuers && namespaceId !== undefined)
  const areAll = sets.length === 1 && isStateSaid === true
  return { marks, areAll, atMost: marks.length === 0 ? 0 : MANY }
}

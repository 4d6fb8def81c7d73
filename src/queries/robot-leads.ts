import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { PolicyBounds } from '../domain/policy-bounds.ts'
import type { RobotSearch } from '../domain/robot-search.ts'
import { beginning, LAST, marksIn, placeOfMarks, unlistedMarks } from './robot-marks.ts'
import { ALL, unseen } from './unseen.ts'

// What a search asks of marks, by which robots are found.

/** One mark; those of a range; those of issuers that are not listed. */
type Kind = 'mark' | 'begun' | 'unlisted'

/** Marks of which each robot that passes a filter has one. */
export interface MarkLead {
  kind: Kind
  from: string
  to: string
  /** Whether a robot that has one passes. */
  isOnly: boolean
  /** How many robots have one, at most. */
  atMost: number
}

/** Most marks that are read side by side. */
const MOST = 32
/** Most words and labels that are looked at, for the rarest. */
const MOST_LOOKED_AT = 16
/** Most robots that are counted of each, for the rarest. */
const MOST_COUNTED = 3000

/** What begins with it is found by all marks that do: a word as `robot_words` makes it, whatever the locale. */
const PLAIN_WORD = /^[a-z\d]+$/

type Search = RobotSearch & PolicyBounds & { namespaceId: string | undefined }

type Given = Pick<MarkLead, 'from' | 'to'>
/** Those that a statement is given, which is planned once. */
const GIVEN: Given = { from: unseen('$from'), to: unseen('$to') }

const marksOf = (kind: Kind, given: Given, isOfOwner: boolean) =>
  kind === 'unlisted' ? unlistedMarks(isOfOwner) : marksIn(given, isOfOwner)

/** SQL of all robots that have one of the marks: `id`. */
export function robotsLedTo({ kind }: Pick<MarkLead, 'kind'>, isOfOwner: boolean): string {
  const robots = `robot_marks m WHERE ${placeOfMarks(isOfOwner)} AND m.mark`
  switch (kind) {
    case 'mark':
      return `SELECT m.robot_id AS id FROM ${robots} = $from ORDER BY m.name LIMIT ${ALL}`
    case 'begun':
      return `SELECT DISTINCT id FROM (
        SELECT m.robot_id AS id FROM ${robots} >= $from AND m.mark <= $to ORDER BY m.mark LIMIT ${ALL}) m`
    case 'unlisted':
      return `SELECT DISTINCT m.robot_id AS id FROM ${unlistedMarks(isOfOwner)} k,
        LATERAL (SELECT m.robot_id FROM ${robots} = k.mark ORDER BY m.name LIMIT ${ALL}) m`
  }
}

/** SQL of the next ones by name, `name` and `id`, `$most` at most; none where the marks are many. */
export function nextLedTo({ kind }: MarkLead, isOfOwner: boolean): string {
  const most = unseen('$most::bigint')
  const order = isOfOwner ? 'm.name' : 'm.name, m.robot_id'
  const after = isOfOwner ? 'm.name > $key' : '(m.name, m.robot_id) > ($key, $id::uuid)'
  const next = (mark: string) =>
    `SELECT m.name, m.robot_id AS id FROM robot_marks m
     WHERE ${placeOfMarks(isOfOwner)} AND m.mark = ${mark} AND ${after} ORDER BY ${order} LIMIT ${most}`
  if (kind === 'mark') return next(GIVEN.from)
  return `WITH marks AS MATERIALIZED (SELECT mark FROM ${marksOf(kind, GIVEN, isOfOwner)} k LIMIT ${MOST + 1})
    SELECT DISTINCT m.name, m.id FROM marks k, LATERAL (${next('k.mark')}) m
    WHERE (SELECT count(*) FROM marks) <= ${MOST} ORDER BY m.name, m.id LIMIT ${most}`
}

/** How many robots have one of some marks, counted as far as that tells anything. */
const countOf = (marks: string, isOfOwner: boolean) => `(
  WITH marks AS MATERIALIZED (SELECT mark FROM ${marks} k LIMIT ${MOST + 1})
  SELECT CASE WHEN (SELECT count(*) FROM marks) > ${MOST} THEN ${MOST_COUNTED} ELSE (SELECT count(*)::int FROM (
    SELECT FROM marks k, LATERAL (
      SELECT FROM robot_marks m WHERE ${placeOfMarks(isOfOwner)} AND m.mark = k.mark ORDER BY m.name LIMIT ${MOST_COUNTED}) m
    LIMIT ${MOST_COUNTED}) m) END)`

const statementsOf = (isOfOwner: boolean, suffix: string) => ({
  areMany: (kind: Kind) =>
    statement<{ areMany: boolean }, Search & Given>(
      `are_marks_${kind}_many${suffix}`,
      `SELECT EXISTS (SELECT FROM ${marksOf(kind, GIVEN, isOfOwner)} k OFFSET ${MOST}) AS "areMany"`,
    ),
  findRarest: statement<
    Pick<MarkLead, 'kind' | 'from' | 'to'> & { count: number },
    Search & { exact: string[]; withIssuers: boolean }
  >(
    `find_rarest_marks${suffix}`,
    `WITH asked AS MATERIALIZED (
       SELECT 'begun' AS kind, 'word:' || word AS "from", ${beginning("'word:' || word").to} AS "to"
       FROM unnest(robot_words($text)) word
       UNION ALL SELECT 'mark', mark, mark FROM unnest($exact::text[]) mark LIMIT ${MOST_LOOKED_AT})
     SELECT a.*, ${countOf(marksIn({ from: 'a.from', to: 'a.to' }, isOfOwner), isOfOwner)} AS count FROM asked a
     UNION ALL SELECT 'unlisted', '', '', ${countOf(unlistedMarks(isOfOwner), isOfOwner)} WHERE $withIssuers::boolean
     ORDER BY count LIMIT 1`,
  ),
})

const OF_OWNER = statementsOf(true, '')
const OF_ALL = statementsOf(false, '_of_all')
const of = ({ namespaceId }: Search) => (namespaceId === undefined ? OF_ALL : OF_OWNER)

/** Whether marks are more than are read side by side. */
export async function areMany(db: DbOrTx, search: Search, lead: MarkLead): Promise<boolean> {
  if (lead.kind === 'mark') return false
  const [found] = await rows(db, of(search).areMany(lead.kind), { ...search, ...lead })
  return found?.areMany === true
}

/** All that a search asks of marks; undefined: words that are known only to the database. */
function askedOfMarks({ text, labels, state }: Search) {
  const one = (mark: string) => ({ kind: 'mark', from: mark, to: mark }) as const
  const asked: (Pick<MarkLead, 'kind' | 'from' | 'to'> | undefined)[] = labels.map((label) =>
    one(`label:${label}`),
  )
  if (state === 'any_audience') asked.push(one(state))
  if (state === 'issuer_against_policy') asked.push({ kind: 'unlisted', from: '', to: '' })
  if (text === undefined) return asked
  const word = `word:${text}`
  const isPlain = PLAIN_WORD.test(text)
  return [...asked, isPlain ? ({ kind: 'begun', from: word, to: word + LAST } as const) : undefined]
}

/** Marks that lead to robots that are searched for, the rarest of those that do; undefined: the search asks for none. */
export async function leadTo(db: DbOrTx, search: Search): Promise<MarkLead | undefined> {
  const { labels, state, namespaceId } = search
  const asked = askedOfMarks(search)
  if (asked.length === 0) return undefined
  const withIssuers = state === 'issuer_against_policy'
  const none = { kind: 'mark', from: '', to: '', isOnly: true, atMost: 0 } as const
  if (withIssuers && !search.issuersListed) return none
  const [first] = asked
  // Of all owners, issuers of records are judged robot by robot.
  const isStateSaid = state === 'any_audience' || (withIssuers && namespaceId !== undefined)
  const isOnly = asked.length === 1 && (state === undefined || isStateSaid)
  if (first && isOnly) return { ...first, isOnly, atMost: Infinity }
  const exact = labels.map((label) => `label:${label}`)
  if (state === 'any_audience') exact.push(state)
  const values = { ...search, text: search.text ?? '', exact, withIssuers }
  const [rarest] = await rows(db, of(search).findRarest, values)
  if (!rarest) return none
  const { count, ...lead } = rarest
  return { ...lead, isOnly: false, atMost: count < MOST_COUNTED ? count : Infinity }
}

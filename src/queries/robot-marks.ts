import { NOT_LISTED } from './robot-states.ts'

// The table `robot_marks` has what robots are found by, for each of these in the order of names.

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
export const LAST = '\u{10ffff}'

/** Marks from one to another, in SQL: in the order of bytes, in which those that begin alike stand together. */
export interface MarkRange {
  from: string
  to: string
}

/** All marks that begin with a text. */
export const beginning = (text: string): MarkRange => ({ from: text, to: `${text} || '${LAST}'` })

/** Where marks are looked for: of a namespace, or of all. */
export const placeOfMarks = (isOfOwner: boolean) =>
  isOfOwner ? 'm.namespace_id = $namespaceId::uuid' : 'true'

/** SQL of the different marks of a range, by one step in the index for each. */
export function marksIn({ from, to }: MarkRange, isOfOwner: boolean): string {
  const next = (after: string) =>
    `(SELECT m.mark FROM robot_marks m WHERE ${placeOfMarks(isOfOwner)} AND m.mark ${after} AND m.mark <= ${to} ORDER BY m.mark LIMIT 1)`
  return `(
    WITH RECURSIVE found AS (
      SELECT ${next(`>= ${from}`)} AS mark
      UNION ALL SELECT ${next('> f.mark')} FROM found f WHERE f.mark IS NOT NULL)
    SELECT mark FROM found WHERE mark IS NOT NULL)`
}

/**
 * SQL of the marks of issuers that a policy does not let in, of all owners also of those that name a record. Of an issuer, all
 * entries of an owner are judged alike: one is looked at.
 */
export const unlistedMarks = (isOfOwner: boolean) => `(
  SELECT f.mark FROM ${marksIn(beginning("'issuer:'"), isOfOwner)} f
  WHERE ${isOfOwner ? '' : "f.mark LIKE 'issuer:%:%' OR"} EXISTS (
    SELECT FROM (SELECT m.robot_id FROM robot_marks m WHERE ${placeOfMarks(isOfOwner)} AND m.mark = f.mark ORDER BY m.name LIMIT 1) m
    JOIN robots r ON r.id = m.robot_id JOIN federation_entry_rows e ON e.robot_id = r.id
    WHERE f.mark = ANY (federation_marks(e)) AND ${NOT_LISTED}))`

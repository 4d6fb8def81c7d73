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

/** SQL of the name of the record of an issuer, empty where the entry has the issuer itself: of `f.mark`. */
const REF = "split_part(f.mark, ':', 3)"

/** SQL of the marks of listed issuers, each as a policy has it: the issuer, or the name of a record before it. */
const LISTED = `SELECT 'issuer:' || md5(issuer) FROM unnest($listedIssuers::text[]) issuer
  UNION ALL SELECT 'issuer:' || md5(split_part(issuer, ' ', 2)) || ':' || split_part(issuer, ' ', 1)
  FROM unnest($listedRecords::text[]) issuer`

/** SQL of the marks of issuers that a policy does not let in (`NOT_LISTED`), of all owners also of those that name a record. */
export function unlistedMarks(isOfOwner: boolean): string {
  const isOwn = `EXISTS (
    SELECT FROM issuer_records i WHERE i.organization_id = $namespaceId::uuid AND i.name = ${REF})`
  const [record, isUnlisted] = isOfOwner ? [isOwn, 'NOT $ownRecordsListed::boolean'] : [true, true]
  return `(
    SELECT f.mark FROM ${marksIn(beginning("'issuer:'"), isOfOwner)} f
    WHERE CASE WHEN ${REF} <> '' AND ${record} THEN ${isUnlisted} ELSE f.mark <> ALL (ARRAY(${LISTED})) END)`
}

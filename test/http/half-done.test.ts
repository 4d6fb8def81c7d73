import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHANGES, type Change, type Crowd, DELETIONS, startCrowd } from './every-change.ts'

// A change is made whole or not at all, whichever of its statements the database fails at; and once, where another
// transaction is in its way.

let crowd: Crowd
/** Of two owners that have the same. */
let take: Awaited<ReturnType<Crowd['make']>>
let takeAgain: typeof take

beforeAll(async () => {
  crowd = await startCrowd()
  take = await crowd.make('acme')
  takeAgain = await crowd.make('other')
  await crowd.services.settled()
  for (const sql of FAILING) await crowd.db.$executeRawUnsafe(sql)
})

afterAll(() => crowd.close())

/**
 * Fails once, at one of the statements that change something (1 is the next one), and notes which rows are other than
 * before. What is noted is undone with them; how many statements there were is not.
 */
const FAILING = [
  'CREATE SEQUENCE statements',
  'CREATE TABLE _fault (at bigint, code text)',
  'INSERT INTO _fault VALUES (0)',
  'CREATE TABLE _changed (what text)',
  `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE fault _fault;
   BEGIN
     SELECT * INTO fault FROM _fault;
     IF nextval('statements') = fault.at THEN RAISE EXCEPTION 'fault' USING ERRCODE = fault.code; END IF;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN INSERT INTO _changed VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$`,
  `CREATE FUNCTION fail_next(next bigint, with_code text, OUT tried int, OUT changed text[]) LANGUAGE plpgsql AS $$
   BEGIN
     SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO tried FROM statements;
     changed := ARRAY(SELECT what FROM _changed ORDER BY 1);
     DELETE FROM _changed;
     PERFORM setval('statements', 1, false);
     UPDATE _fault SET at = next, code = with_code;
   END $$`,
  `DO $$ DECLARE name text; BEGIN
     FOR name IN SELECT tablename FROM pg_tables
       WHERE schemaname = current_schema() AND NOT starts_with(tablename, '_')
     LOOP
       EXECUTE format('CREATE TRIGGER fail BEFORE INSERT OR UPDATE OR DELETE ON %I EXECUTE FUNCTION fail()', name);
       EXECUTE format('CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION note()', name);
     END LOOP;
   END $$`,
]

/** @returns how many statements there were since the last call, and what they changed */
async function failNext(at: number, code = '57014') {
  const [since] = await crowd.db.$queryRaw<{ tried: number; changed: string[] }[]>`
    SELECT * FROM fail_next(${at}::bigint, ${code})`
  if (!since) throw new Error('no counts')
  return since
}

const REFUSED = [503, 'no-store', '5']

/**
 * Has each statement fail before it lets the change be made.
 *
 * @param isLater whether there are some after the answer, which does not tell of them
 * @returns what was done in the end
 */
async function tryEach(change: Change, isLater = false) {
  await failNext(1)
  for (let at = 1; ; at++) {
    const { status, headers, body } = await take(change)
    await crowd.services.settled()
    const done = await failNext(at + 1)
    const isMade = status < 300
    if (done.tried < at) expect(isMade || body).toBe(true)
    if (isMade && (isLater || done.tried < at)) return done
    const { 'cache-control': kept, 'retry-after': after } = headers
    expect([at, status, kept, after, done.changed]).toEqual([at, ...REFUSED, []])
  }
}

it.each(CHANGES)('%s: %s %s', async (...change) => {
  const { tried, changed } = await tryEach(change)
  await failNext(tried, '40001')
  const { status, body } = await takeAgain(change)
  await crowd.services.settled()
  expect(status < 300 || body).toBe(true)
  const again = await failNext(0)
  expect(again.tried).toBeGreaterThan(tried)
  expect(again.changed).toEqual(changed)
})

// What a deletion leaves is cleared away once it is answered, or at the next start.
it.each(DELETIONS)('%s: %s %s', async (...change) => {
  expect((await tryEach(change, true)).changed).toContain('INSERT audit_entries')
})

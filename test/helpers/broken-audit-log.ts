import type { Db } from '../../src/db/types.ts'

/** Makes the database refuse every new entry, or those that a condition in SQL is true of; the message must not reach the caller. */
export async function breakAuditLog(db: Db, refused = 'true', code = 'P0001') {
  await db.$executeRawUnsafe(`
    CREATE FUNCTION refuse_entry() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit log is broken' USING ERRCODE = '${code}'; END $$`)
  await db.$executeRawUnsafe(`
    CREATE TRIGGER refuse_entry BEFORE INSERT ON audit_entries
    FOR EACH ROW WHEN (${refused}) EXECUTE FUNCTION refuse_entry()`)
}

export const repairAuditLog = (db: Db) => db.$executeRawUnsafe('DROP FUNCTION refuse_entry CASCADE')

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "federation_stamp" UUID;

-- Added by hand. Whoever has read the entries of a robot asks, by its stamp, whether they are still the same.
CREATE FUNCTION "stamp_federation"() RETURNS trigger LANGUAGE plpgsql
-- Robots are found by their key, however many entries the first change of a connection has: its plan serves all others.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
  UPDATE "robots" SET "federation_stamp" = gen_random_uuid()
  WHERE "id" IN (SELECT "robot_id" FROM "changed");
  RETURN NULL;
END
$$;

CREATE TRIGGER "stamp_added_entries" AFTER INSERT ON "federation_entry_rows"
REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "stamp_federation"();

CREATE TRIGGER "stamp_changed_entries" AFTER UPDATE ON "federation_entry_rows"
REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "stamp_federation"();

CREATE TRIGGER "stamp_deleted_entries" AFTER DELETE ON "federation_entry_rows"
REFERENCING OLD TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "stamp_federation"();

-- Only long lists are kept.
UPDATE "robots" SET "federation_stamp" = gen_random_uuid()
WHERE "id" IN (SELECT "robot_id" FROM "federation_entry_rows" GROUP BY "robot_id" HAVING count(*) >= 10);

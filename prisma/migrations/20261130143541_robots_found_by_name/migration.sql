-- Two migrations, each a transaction of its own on a database that is in use, so that no reader waits for all rows.

-- CreateTable; by hand: in the order of bytes, in which marks that begin alike stand together.
CREATE TABLE "robot_marks" (
    "robot_id" UUID NOT NULL,
    "namespace_id" UUID NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "mark" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "robot_marks_pkey" PRIMARY KEY ("robot_id","mark")
);

-- By hand: marks are read in the order of names, whether few robots have one or many. PostgreSQL, which does not know which one is
-- asked for, takes all for frequent then.
ALTER TABLE "robot_marks" ALTER COLUMN "mark" SET (n_distinct = 10);

-- Added by hand: triggers, so that servers of older versions need not know of marks. They delete them, too: a reference to the
-- robot would be looked up for each mark.
CREATE FUNCTION "unmark_deleted_robots"() RETURNS trigger LANGUAGE plpgsql
-- As of "stamp_federation": its plan serves all others.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
  DELETE FROM "robot_marks" WHERE "robot_id" IN (SELECT "id" FROM "changed");
  RETURN NULL;
END
$$;

CREATE TRIGGER "unmark_deleted_robots" AFTER DELETE ON "robots"
REFERENCING OLD TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "unmark_deleted_robots"();

-- Words and labels.
CREATE FUNCTION "mark_new_robots"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "robot_marks" ("robot_id", "namespace_id", "name", "mark")
  SELECT c."id", c."namespace_id", c."name", 'word:' || word
  FROM "changed" c, unnest("robot_words"(c."name" || ' ' || c."description")) word
  UNION ALL
  SELECT c."id", c."namespace_id", c."name", 'label:' || label FROM "changed" c, unnest(c."labels") label
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER "mark_new_robots" AFTER INSERT ON "robots"
REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "mark_new_robots"();

CREATE FUNCTION "mark_changed_robot"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  marks TEXT[] := ARRAY(SELECT 'word:' || word FROM unnest("robot_words"(NEW."name" || ' ' || NEW."description")) word
                        UNION SELECT 'label:' || label FROM unnest(NEW."labels") label);
BEGIN
  DELETE FROM "robot_marks" WHERE "robot_id" = NEW."id" AND ("mark" LIKE 'word:%' OR "mark" LIKE 'label:%') AND "mark" <> ALL (marks);
  INSERT INTO "robot_marks" ("robot_id", "namespace_id", "name", "mark")
  SELECT NEW."id", NEW."namespace_id", NEW."name", mark FROM unnest(marks) mark ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER "mark_changed_robot" AFTER UPDATE OF "description", "labels" ON "robots"
FOR EACH ROW WHEN (NEW."description" <> OLD."description" OR NEW."labels" IS DISTINCT FROM OLD."labels")
EXECUTE FUNCTION "mark_changed_robot"();

-- What entries have: issuers, by a digest, as an issuer may be longer than an index row; and that there is one without audience.
CREATE FUNCTION "federation_marks"("entry" "federation_entry_rows") RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_remove(ARRAY[
    'issuer:' || md5("entry"."issuer") || COALESCE(':' || "entry"."issuer_ref", ''),
    CASE WHEN cardinality("entry"."audiences") = 0 THEN 'any_audience' END], NULL)
$$;

CREATE FUNCTION "mark_federation"() RETURNS trigger LANGUAGE plpgsql
-- As of "stamp_federation": its plan serves all others.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM "robot_marks" m USING (SELECT DISTINCT "robot_id" FROM "changed") c
    WHERE m."robot_id" = c."robot_id" AND (m."mark" = 'any_audience' OR m."mark" >= 'issuer:' AND m."mark" < 'issuer;')
      AND m."mark" <> ALL (ARRAY(SELECT unnest("federation_marks"(e)) FROM "federation_entry_rows" e WHERE e."robot_id" = c."robot_id"));
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "robot_marks" ("robot_id", "namespace_id", "name", "mark")
    SELECT DISTINCT r."id", r."namespace_id", r."name", mark
    FROM "changed" c JOIN "robots" r ON r."id" = c."robot_id", unnest("federation_marks"(c)) mark
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "mark_added_entries" AFTER INSERT ON "federation_entry_rows"
REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "mark_federation"();

CREATE TRIGGER "mark_changed_entries" AFTER UPDATE ON "federation_entry_rows"
REFERENCING NEW TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "mark_federation"();

CREATE TRIGGER "mark_deleted_entries" AFTER DELETE ON "federation_entry_rows"
REFERENCING OLD TABLE AS "changed" FOR EACH STATEMENT EXECUTE FUNCTION "mark_federation"();

-- AlterTable; by hand: in the order of bytes, as names of robots are.
ALTER TABLE "robot_secrets" ADD COLUMN     "robot_name" VARCHAR(255) COLLATE "C";

CREATE OR REPLACE FUNCTION "place_robot_secret"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT "namespace_id", "name" INTO NEW."namespace_id", NEW."robot_name" FROM "robots" WHERE "id" = NEW."robot_id";
  RETURN NEW;
END
$$;

-- Robots of before, by hand. Rows are locked, lest a mark stays that is taken away meanwhile.
INSERT INTO "robot_marks" ("robot_id", "namespace_id", "name", "mark")
SELECT r."id", r."namespace_id", r."name", mark
FROM (SELECT * FROM "robots" FOR NO KEY UPDATE) r, LATERAL (
  SELECT 'word:' || word FROM unnest("robot_words"(r."name" || ' ' || r."description")) word
  UNION SELECT 'label:' || label FROM unnest(r."labels") label) marks(mark)
ON CONFLICT DO NOTHING;

INSERT INTO "robot_marks" ("robot_id", "namespace_id", "name", "mark")
SELECT DISTINCT r."id", r."namespace_id", r."name", mark
FROM "federation_entry_rows" e JOIN "robots" r ON r."id" = e."robot_id", unnest("federation_marks"(e)) mark
ON CONFLICT DO NOTHING;

-- CreateIndex
CREATE INDEX "robot_marks_namespace_id_mark_name_robot_id_idx" ON "robot_marks"("namespace_id", "mark", "name", "robot_id");

-- CreateIndex
CREATE INDEX "robot_marks_mark_name_robot_id_idx" ON "robot_marks"("mark", "name", "robot_id");

-- By hand.
UPDATE "robot_secrets" s SET "robot_name" = r."name" FROM "robots" r WHERE r."id" = s."robot_id";

-- With the names of robots, so that those on a page are found without reading the others that a filter shows.

-- CreateIndex
CREATE INDEX "robots_namespace_id_last_used_on_id_name_idx" ON "robots"("namespace_id", "last_used_on", "id", "name");
DROP INDEX "robots_namespace_id_last_used_on_id_idx";

-- CreateIndex
CREATE INDEX "robots_last_used_on_id_name_idx" ON "robots"("last_used_on", "id", "name");
DROP INDEX "robots_last_used_on_id_idx";

-- CreateIndex
CREATE INDEX "robot_secrets_by_name_idx" ON "robot_secrets"("namespace_id", "robot_name", "robot_id", "expires_at", "created_at");

-- CreateIndex
CREATE INDEX "robot_secrets_of_all_by_name_idx" ON "robot_secrets"("robot_name", "robot_id", "expires_at", "created_at");

-- By hand, as Prisma can word neither an index of some rows, nor of an expression, nor what it has besides (INCLUDE).
DROP INDEX "robots_namespace_id_expires_idx";
CREATE INDEX "robots_namespace_id_expires_idx" ON "robots"("namespace_id", COALESCE("expires_at", 'infinity'), "id")
INCLUDE ("name", "enabled", "expires_at");
DROP INDEX "robots_expires_idx";
CREATE INDEX "robots_expires_idx" ON "robots"(COALESCE("expires_at", 'infinity'), "id") INCLUDE ("name", "enabled", "expires_at");
CREATE INDEX "robots_enabled_by_name_idx" ON "robots"("namespace_id", "name", "id") INCLUDE ("expires_at") WHERE "enabled";

CREATE INDEX "robot_secrets_namespace_id_expires_idx" ON "robot_secrets"("namespace_id", "expires_at", "robot_name", "robot_id")
WHERE "expires_at" IS NOT NULL;
DROP INDEX "robot_secrets_expires_idx";
CREATE INDEX "robot_secrets_expires_idx" ON "robot_secrets"("expires_at", "robot_name", "robot_id") WHERE "expires_at" IS NOT NULL;

DROP INDEX "robot_secrets_namespace_id_life_idx";
CREATE INDEX "robot_secrets_namespace_id_life_idx" ON "robot_secrets"
("namespace_id", COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id")
INCLUDE ("robot_name", "expires_at", "created_at");
DROP INDEX "robot_secrets_life_idx";
CREATE INDEX "robot_secrets_life_idx" ON "robot_secrets"
(COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id")
INCLUDE ("robot_name", "expires_at", "created_at");


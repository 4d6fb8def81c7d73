-- Words and labels are found by "robot_marks", in which they are in the order of names: these two, and the column, were written for
-- each robot besides.
DROP INDEX "robots_words_idx";
DROP INDEX "robots_labels_idx";

-- AlterTable
ALTER TABLE "robots" DROP COLUMN "words";
DROP FUNCTION "robot_query"("text" TEXT);

-- By hand, as Prisma can word neither an index of some rows, nor of an expression, nor what it has besides (INCLUDE). What is asked for
-- is in the key: entries that do not pass are left out before their rows are looked at.
DROP INDEX "robots_ending_by_name_idx";
CREATE INDEX "robots_ending_by_name_idx" ON "robots"("namespace_id", "name", "enabled", "expires_at") WHERE "expires_at" IS NOT NULL;

-- Most secrets have no end, and so one entry in the order of names, and one among those of all owners. The expressions are those of no
-- other index: by them PostgreSQL is told which one to read.
DROP INDEX "robot_secrets_by_name_idx";
DROP INDEX "robot_secrets_of_all_by_name_idx";
CREATE INDEX "robot_secrets_endless_by_name_idx" ON "robot_secrets"("namespace_id", "robot_name", "robot_id")
INCLUDE ("created_at") WHERE "expires_at" IS NULL;
CREATE INDEX "robot_secrets_endless_of_all_by_name_idx" ON "robot_secrets"("robot_name", "robot_id") WHERE "expires_at" IS NULL;
CREATE INDEX "robot_secrets_ending_by_name_idx" ON "robot_secrets"
("namespace_id", "robot_name", "robot_id", COALESCE("expires_at", 'infinity'), (EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8))
INCLUDE ("expires_at", "created_at") WHERE "expires_at" IS NOT NULL;

DROP INDEX "robot_secrets_namespace_id_life_idx";
CREATE INDEX "robot_secrets_namespace_id_life_idx" ON "robot_secrets"
("namespace_id", COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id")
INCLUDE ("robot_name", "expires_at", "created_at") WHERE "expires_at" IS NOT NULL;
DROP INDEX "robot_secrets_life_idx";
CREATE INDEX "robot_secrets_life_idx" ON "robot_secrets"
(COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id")
INCLUDE ("robot_name", "expires_at", "created_at") WHERE "expires_at" IS NOT NULL;

-- Two migrations, each a transaction of its own on a database that is in use, so that no reader waits for all rows.

-- DropIndex
DROP INDEX "robots_token_key_id_idx";

-- AlterTable
ALTER TABLE "robots" ALTER COLUMN "token_key_id" DROP NOT NULL,
ALTER COLUMN "token_sealed" DROP NOT NULL,
ALTER COLUMN "token_digest" DROP NOT NULL;

-- CreateTable
CREATE TABLE "robot_secrets" (
    "id" UUID NOT NULL,
    "robot_id" UUID NOT NULL,
    "seal_key_id" VARCHAR(16) NOT NULL,
    "sealed" BYTEA NOT NULL,
    "digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" VARCHAR(255),
    "expires_at" TIMESTAMPTZ(3),
    "last_accessed_at" TIMESTAMPTZ(3),

    CONSTRAINT "robot_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "robot_secrets_robot_id_idx" ON "robot_secrets"("robot_id");

-- CreateIndex
CREATE INDEX "robot_secrets_seal_key_id_idx" ON "robot_secrets"("seal_key_id");

-- AddForeignKey
ALTER TABLE "robot_secrets" ADD CONSTRAINT "robot_secrets_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Added by hand. Servers of the version before go on with the three columns of "robots", as if there were one secret: what
-- they write there becomes a secret ("from_old_servers"), and what is written here goes there ("for_old_servers"). They do
-- not know that a secret has an end: of one that has, they get no digest, so that nobody logs in with it there.

CREATE FUNCTION "robot_secret_from_old_servers"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW."credential_id" <> OLD."credential_id" THEN
    DELETE FROM "robot_secrets" WHERE "robot_id" = NEW."id";
  END IF;
  INSERT INTO "robot_secrets" ("id", "robot_id", "seal_key_id", "sealed", "digest", "created_at")
  VALUES (NEW."credential_id", NEW."id", NEW."token_key_id", NEW."token_sealed", NEW."token_digest", clock_timestamp())
  ON CONFLICT ("id") DO UPDATE SET
    "seal_key_id" = EXCLUDED."seal_key_id", "sealed" = EXCLUDED."sealed", "digest" = EXCLUDED."digest";
  RETURN NULL;
END
$$;

CREATE TRIGGER "robot_secret_from_old_servers" AFTER INSERT ON "robots"
FOR EACH ROW WHEN (NEW."token_sealed" IS NOT NULL) EXECUTE FUNCTION "robot_secret_from_old_servers"();

CREATE TRIGGER "new_robot_secret_from_old_servers" AFTER UPDATE OF "token_sealed" ON "robots"
FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW."token_sealed" IS DISTINCT FROM OLD."token_sealed")
EXECUTE FUNCTION "robot_secret_from_old_servers"();

CREATE FUNCTION "robot_secret_for_old_servers"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "robots" r SET "token_key_id" = s."seal_key_id", "token_sealed" = s."sealed",
    "token_digest" = CASE WHEN s."expires_at" IS NULL THEN s."digest" ELSE '' END
  FROM "robot_secrets" s WHERE s."id" = r."credential_id" AND r."id" = (to_jsonb(NEW)->>TG_ARGV[0])::uuid;
  RETURN NULL;
END
$$;

CREATE TRIGGER "robot_secret_for_old_servers" AFTER INSERT ON "robots"
FOR EACH ROW WHEN (NEW."token_sealed" IS NULL) EXECUTE FUNCTION "robot_secret_for_old_servers"('id');

CREATE TRIGGER "new_robot_secret_for_old_servers" AFTER UPDATE OF "credential_id" ON "robots"
FOR EACH ROW WHEN (NEW."token_sealed" IS NOT DISTINCT FROM OLD."token_sealed")
EXECUTE FUNCTION "robot_secret_for_old_servers"('id');

CREATE TRIGGER "changed_robot_secret_for_old_servers" AFTER UPDATE OF "id", "sealed", "expires_at" ON "robot_secrets"
FOR EACH ROW EXECUTE FUNCTION "robot_secret_for_old_servers"('robot_id');

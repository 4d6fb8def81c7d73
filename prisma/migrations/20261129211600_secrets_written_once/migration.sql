-- By hand. Servers of this version write the three columns of servers of the version before themselves, with the secret: one
-- change of the row instead of two. What comes with its secret is not from an old server.
CREATE OR REPLACE FUNCTION "robot_secret_from_old_servers"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW."credential_id" <> OLD."credential_id" THEN
    IF EXISTS (SELECT FROM "robot_secrets" WHERE "id" = NEW."credential_id") THEN
      RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
      DELETE FROM "robot_secrets" WHERE "robot_id" = NEW."id";
    END IF;
  END IF;
  INSERT INTO "robot_secrets" ("id", "robot_id", "seal_key_id", "sealed", "digest", "created_at")
  VALUES (NEW."credential_id", NEW."id", NEW."token_key_id", NEW."token_sealed", NEW."token_digest", clock_timestamp())
  ON CONFLICT ("id") DO UPDATE SET
    "seal_key_id" = EXCLUDED."seal_key_id", "sealed" = EXCLUDED."sealed", "digest" = EXCLUDED."digest";
  RETURN NULL;
END
$$;

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "written_secret_id" UUID;

-- By hand. Servers of this version write the secret of a robot with its place, and the marks of a new robot, in the statement that
-- writes the robot: "written_secret_id" says so, and the functions below are called for what servers of older versions write alone.
DROP TRIGGER "robot_secret_from_old_servers" ON "robots";
CREATE TRIGGER "robot_secret_from_old_servers" AFTER INSERT ON "robots"
FOR EACH ROW WHEN (NEW."token_sealed" IS NOT NULL AND NEW."written_secret_id" IS DISTINCT FROM NEW."credential_id")
EXECUTE FUNCTION "robot_secret_from_old_servers"();

DROP TRIGGER "new_robot_secret_from_old_servers" ON "robots";
CREATE TRIGGER "new_robot_secret_from_old_servers" AFTER UPDATE OF "token_sealed" ON "robots"
FOR EACH ROW WHEN (
  pg_trigger_depth() = 0 AND NEW."token_sealed" IS DISTINCT FROM OLD."token_sealed"
  AND (NEW."credential_id" = OLD."credential_id" OR NEW."written_secret_id" IS DISTINCT FROM NEW."credential_id"))
EXECUTE FUNCTION "robot_secret_from_old_servers"();

-- A secret that gets another id is that of its robot only once the robot says so, of which another trigger hears.
DROP TRIGGER "changed_robot_secret_for_old_servers" ON "robot_secrets";
CREATE TRIGGER "changed_robot_secret_for_old_servers" AFTER UPDATE OF "sealed", "expires_at" ON "robot_secrets"
FOR EACH ROW WHEN (NEW."id" = OLD."id") EXECUTE FUNCTION "robot_secret_for_old_servers"('robot_id');

DROP TRIGGER "place_robot_secret" ON "robot_secrets";
CREATE TRIGGER "place_robot_secret" BEFORE INSERT ON "robot_secrets"
FOR EACH ROW WHEN (NEW."namespace_id" IS NULL) EXECUTE FUNCTION "place_robot_secret"();

DROP TRIGGER "mark_new_robots" ON "robots";
DROP FUNCTION "mark_new_robots"();
CREATE TRIGGER "mark_new_robot" AFTER INSERT ON "robots"
FOR EACH ROW WHEN (NEW."written_secret_id" IS DISTINCT FROM NEW."credential_id") EXECUTE FUNCTION "mark_changed_robot"();

-- As PL/pgSQL, which is read once per connection; SQL was for each statement. It makes the same words.
CREATE OR REPLACE FUNCTION "robot_words"("text" TEXT) RETURNS TEXT[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN array_remove(regexp_split_to_array(lower("text" COLLATE "default"), '[^[:alnum:]]+'), '');
END
$$;

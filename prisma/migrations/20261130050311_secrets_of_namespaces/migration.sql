-- Two migrations, each a transaction of its own on a database that is in use, so that no reader waits for all rows.

-- AlterTable
ALTER TABLE "robot_secrets" ADD COLUMN     "namespace_id" UUID;

-- Added by hand: whoever adds a secret, a server of an older version or a trigger too, need not say whose robot has it.
CREATE FUNCTION "place_robot_secret"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT "namespace_id" INTO NEW."namespace_id" FROM "robots" WHERE "id" = NEW."robot_id";
  RETURN NEW;
END
$$;

CREATE TRIGGER "place_robot_secret" BEFORE INSERT ON "robot_secrets"
FOR EACH ROW EXECUTE FUNCTION "place_robot_secret"();

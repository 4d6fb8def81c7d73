-- Three migrations, each a transaction of its own on a database that is in use, so that no reader waits.

-- AlterTable
ALTER TABLE "repository_permissions" ADD COLUMN     "namespace_id" UUID,
ADD COLUMN     "repository_name" VARCHAR(255);

-- Added by hand: also for rows of servers of the version before. One whose repository is gone is refused by its foreign key.
CREATE FUNCTION "name_permission_repository"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT "namespace_id", "name" INTO NEW."namespace_id", NEW."repository_name"
  FROM "repositories" WHERE "id" = NEW."repository_id";
  RETURN NEW;
END
$$;

CREATE TRIGGER "name_permission_repository" BEFORE INSERT ON "repository_permissions"
FOR EACH ROW EXECUTE FUNCTION "name_permission_repository"();

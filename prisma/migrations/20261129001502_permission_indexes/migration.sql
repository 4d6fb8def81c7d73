-- Added by hand: Prisma cannot word an index of some rows.
CREATE INDEX "repository_permissions_user_idx" ON "repository_permissions"("user_id", "namespace_id", "repository_name") WHERE "user_id" IS NOT NULL;
CREATE INDEX "repository_permissions_robot_idx" ON "repository_permissions"("robot_id", "namespace_id", "repository_name") WHERE "robot_id" IS NOT NULL;
CREATE INDEX "repository_permissions_team_idx" ON "repository_permissions"("team_id", "namespace_id", "repository_name") WHERE "team_id" IS NOT NULL;

-- DropIndex
DROP INDEX "repository_permissions_user_id_idx";

-- DropIndex
DROP INDEX "repository_permissions_robot_id_idx";

-- DropIndex
DROP INDEX "repository_permissions_team_id_idx";

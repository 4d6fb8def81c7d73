-- By hand.
UPDATE "robot_secrets" s SET "namespace_id" = r."namespace_id" FROM "robots" r WHERE r."id" = s."robot_id";

-- As Prisma cannot word an index of an expression: secrets by how long they live in all, those without an end last.
CREATE INDEX "robot_secrets_namespace_id_life_idx" ON "robot_secrets"
("namespace_id", COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id");
CREATE INDEX "robot_secrets_life_idx" ON "robot_secrets"
(COALESCE(EXTRACT(EPOCH FROM "expires_at" - "created_at")::float8, 'infinity'), "robot_id");

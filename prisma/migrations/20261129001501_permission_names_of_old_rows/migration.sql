-- Carries data over; there is nothing of this in the schema.
UPDATE "repository_permissions" g SET "namespace_id" = p."namespace_id", "repository_name" = p."name"
FROM "repositories" p WHERE p."id" = g."repository_id" AND g."namespace_id" IS NULL;

-- By hand: unique among users only, which Prisma cannot word.
CREATE UNIQUE INDEX "namespaces_user_email_key" ON "namespaces"("email") WHERE "kind" = 'user';
CREATE UNIQUE INDEX "namespaces_user_email_key_key" ON "namespaces"("email_key") WHERE "kind" = 'user';

-- DropIndex
DROP INDEX "namespaces_email_key";

-- DropIndex
DROP INDEX "namespaces_email_key_key";

-- Users whose key an organization had: the oldest of those who share an address gets it.
UPDATE "namespaces" SET "email_key" = lower("email") WHERE "id" IN (
  SELECT DISTINCT ON (lower(u."email")) u."id" FROM "namespaces" u
  WHERE u."kind" = 'user' AND u."email" IS NOT NULL AND u."email_key" IS NULL
    AND NOT EXISTS (SELECT FROM "namespaces" o WHERE o."kind" = 'user' AND o."email_key" = lower(u."email"))
  ORDER BY lower(u."email"), u."created_at", u."id");

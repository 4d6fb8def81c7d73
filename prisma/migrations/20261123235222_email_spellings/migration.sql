-- AlterTable
ALTER TABLE "namespaces" ADD COLUMN     "email_key" TEXT;

-- Of accounts whose addresses differ in case alone, the oldest has the key; the others stay as they are.
UPDATE "namespaces" SET "email_key" = lower("email") WHERE "id" IN (
  SELECT DISTINCT ON (lower("email")) "id" FROM "namespaces"
  WHERE "email" IS NOT NULL ORDER BY lower("email"), "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "namespaces_email_key_key" ON "namespaces"("email_key");

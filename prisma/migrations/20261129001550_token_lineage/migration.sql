-- DropIndex
DROP INDEX "oauth_tokens_application_id_idx";

-- DropIndex
DROP INDEX "oauth_tokens_user_id_idx";

-- AlterTable
ALTER TABLE "app_tokens" ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "parent_id" UUID;

-- AlterTable
ALTER TABLE "namespaces" ADD COLUMN     "creator_id" UUID;

-- AlterTable
ALTER TABLE "oauth_applications" ADD COLUMN     "created_by" VARCHAR(255);

-- AlterTable
ALTER TABLE "oauth_tokens" ADD COLUMN     "parent_id" UUID;

-- CreateIndex
CREATE INDEX "app_tokens_parent_id_idx" ON "app_tokens"("parent_id");

-- CreateIndex
CREATE INDEX "namespaces_creator_id_idx" ON "namespaces"("creator_id");

-- CreateIndex
CREATE INDEX "oauth_tokens_user_id_id_idx" ON "oauth_tokens"("user_id", "id");

-- CreateIndex
CREATE INDEX "oauth_tokens_application_id_id_idx" ON "oauth_tokens"("application_id", "id");

-- CreateIndex
CREATE INDEX "oauth_tokens_parent_id_idx" ON "oauth_tokens"("parent_id");

-- AddForeignKey
ALTER TABLE "app_tokens" ADD CONSTRAINT "app_tokens_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "oauth_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "oauth_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AlterTable
ALTER TABLE "namespaces" ADD COLUMN     "invoice_email" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "invoice_email_address" VARCHAR(320),
ADD COLUMN     "tag_expiration_s" INTEGER NOT NULL DEFAULT 1209600;

-- AlterTable
ALTER TABLE "audit_entries" ADD COLUMN     "repository_id" UUID;

-- AlterTable
ALTER TABLE "oauth_applications" ADD COLUMN     "avatar_email" TEXT,
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "secret_key_id" VARCHAR(16),
ADD COLUMN     "secret_sealed" BYTEA;

-- AlterTable
ALTER TABLE "oauth_tokens" ALTER COLUMN "user_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "default_permissions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "role" "repository_role" NOT NULL,
    "activating_user_id" UUID,
    "user_id" UUID,
    "robot_id" UUID,
    "team_id" UUID,

    CONSTRAINT "default_permissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_tokens" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "title" VARCHAR(255) NOT NULL,
    "digest" BYTEA NOT NULL,
    "repository_cap" "repository_role",
    "seal_key_id" VARCHAR(16) NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_accessed_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "default_permissions_organization_id_idx" ON "default_permissions"("organization_id");

-- CreateIndex
CREATE INDEX "default_permissions_activating_user_id_idx" ON "default_permissions"("activating_user_id");

-- CreateIndex
CREATE INDEX "default_permissions_user_id_idx" ON "default_permissions"("user_id");

-- CreateIndex
CREATE INDEX "default_permissions_robot_id_idx" ON "default_permissions"("robot_id");

-- CreateIndex
CREATE INDEX "default_permissions_team_id_idx" ON "default_permissions"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "app_tokens_digest_key" ON "app_tokens"("digest");

-- CreateIndex
CREATE INDEX "app_tokens_user_id_idx" ON "app_tokens"("user_id");

-- CreateIndex
CREATE INDEX "app_tokens_seal_key_id_idx" ON "app_tokens"("seal_key_id");

-- CreateIndex
CREATE INDEX "oauth_applications_secret_key_id_idx" ON "oauth_applications"("secret_key_id");

-- CreateIndex
CREATE INDEX "audit_entries_repository_id_id_idx" ON "audit_entries"("repository_id", "id");

-- CreateIndex
CREATE INDEX "audit_entries_created_at_idx" ON "audit_entries"("created_at");

-- AddForeignKey
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_activating_user_id_fkey" FOREIGN KEY ("activating_user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app_tokens" ADD CONSTRAINT "app_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Added by hand, as in the first migration.
CREATE INDEX "namespaces_name_prefix_idx" ON "namespaces"(lower("name") text_pattern_ops);
ALTER TABLE "default_permissions" ADD CONSTRAINT "default_permissions_one_subject_check"
    CHECK (num_nonnulls("user_id", "robot_id", "team_id") = 1);
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_holder_check"
    CHECK (num_nonnulls("user_id", "application_id") >= 1);

-- CreateEnum
CREATE TYPE "namespace_kind" AS ENUM ('user', 'organization');

-- CreateEnum
CREATE TYPE "team_role" AS ENUM ('member', 'creator', 'admin');

-- CreateEnum
CREATE TYPE "repository_role" AS ENUM ('read', 'write', 'admin');

-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('public', 'private');

-- CreateTable
CREATE TABLE "namespaces" (
    "id" UUID NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "kind" "namespace_kind" NOT NULL,
    "email" VARCHAR(320),
    "password_hash" TEXT,
    "superuser" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "namespaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "robots" (
    "id" UUID NOT NULL,
    "namespace_id" UUID NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "description" VARCHAR(255) NOT NULL DEFAULT '',
    "unstructured_metadata" JSON,
    "credential_id" UUID NOT NULL,
    "token_key_id" VARCHAR(16) NOT NULL,
    "token_sealed" BYTEA NOT NULL,
    "token_digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_accessed_at" TIMESTAMPTZ(3),

    CONSTRAINT "robots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "federation_entries" (
    "id" UUID NOT NULL,
    "robot_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "audiences" TEXT[],
    "match_hash" BYTEA NOT NULL,

    CONSTRAINT "federation_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "teams" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "role" "team_role" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_members" (
    "id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "user_id" UUID,
    "robot_id" UUID,

    CONSTRAINT "team_members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repositories" (
    "id" UUID NOT NULL,
    "namespace_id" UUID NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "visibility" "visibility" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "repository_permissions" (
    "id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "role" "repository_role" NOT NULL,
    "user_id" UUID,
    "robot_id" UUID,
    "team_id" UUID,

    CONSTRAINT "repository_permissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_applications" (
    "id" UUID NOT NULL,
    "namespace_id" UUID NOT NULL,
    "client_id" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "application_uri" TEXT NOT NULL DEFAULT '',
    "redirect_uri" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oauth_applications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oauth_tokens" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "application_id" UUID,
    "digest" BYTEA NOT NULL,
    "name" VARCHAR(255) NOT NULL DEFAULT '',
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_accessed_at" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "namespace_id" UUID,
    "namespace_name" VARCHAR(255),
    "performer_id" UUID,
    "performer_name" VARCHAR(255),
    "token_id" UUID,
    "ip" VARCHAR(64),
    "metadata" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "kid" VARCHAR(64) NOT NULL,
    "algorithm" VARCHAR(16) NOT NULL,
    "public_jwk" JSON NOT NULL,
    "private_sealed" BYTEA NOT NULL,
    "seal_key_id" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("kid")
);

-- CreateIndex
CREATE UNIQUE INDEX "namespaces_name_key" ON "namespaces"("name");

-- CreateIndex
CREATE UNIQUE INDEX "namespaces_email_key" ON "namespaces"("email");

-- CreateIndex
CREATE INDEX "robots_token_key_id_idx" ON "robots"("token_key_id");

-- CreateIndex
CREATE UNIQUE INDEX "robots_namespace_id_name_key" ON "robots"("namespace_id", "name");

-- CreateIndex
CREATE INDEX "federation_entries_match_hash_idx" ON "federation_entries"("match_hash");

-- CreateIndex
CREATE UNIQUE INDEX "federation_entries_robot_id_match_hash_key" ON "federation_entries"("robot_id", "match_hash");

-- CreateIndex
CREATE UNIQUE INDEX "teams_organization_id_name_key" ON "teams"("organization_id", "name");

-- CreateIndex
CREATE INDEX "team_members_user_id_idx" ON "team_members"("user_id");

-- CreateIndex
CREATE INDEX "team_members_robot_id_idx" ON "team_members"("robot_id");

-- CreateIndex
CREATE UNIQUE INDEX "team_members_team_id_user_id_key" ON "team_members"("team_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "team_members_team_id_robot_id_key" ON "team_members"("team_id", "robot_id");

-- CreateIndex
CREATE UNIQUE INDEX "repositories_namespace_id_name_key" ON "repositories"("namespace_id", "name");

-- CreateIndex
CREATE INDEX "repository_permissions_user_id_idx" ON "repository_permissions"("user_id");

-- CreateIndex
CREATE INDEX "repository_permissions_robot_id_idx" ON "repository_permissions"("robot_id");

-- CreateIndex
CREATE INDEX "repository_permissions_team_id_idx" ON "repository_permissions"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "repository_permissions_repository_id_user_id_key" ON "repository_permissions"("repository_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "repository_permissions_repository_id_robot_id_key" ON "repository_permissions"("repository_id", "robot_id");

-- CreateIndex
CREATE UNIQUE INDEX "repository_permissions_repository_id_team_id_key" ON "repository_permissions"("repository_id", "team_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_applications_client_id_key" ON "oauth_applications"("client_id");

-- CreateIndex
CREATE INDEX "oauth_applications_namespace_id_idx" ON "oauth_applications"("namespace_id");

-- CreateIndex
CREATE UNIQUE INDEX "oauth_tokens_digest_key" ON "oauth_tokens"("digest");

-- CreateIndex
CREATE INDEX "oauth_tokens_user_id_idx" ON "oauth_tokens"("user_id");

-- CreateIndex
CREATE INDEX "oauth_tokens_application_id_idx" ON "oauth_tokens"("application_id");

-- CreateIndex
CREATE INDEX "audit_entries_namespace_id_id_idx" ON "audit_entries"("namespace_id", "id");

-- AddForeignKey
ALTER TABLE "robots" ADD CONSTRAINT "robots_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "federation_entries" ADD CONSTRAINT "federation_entries_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "teams" ADD CONSTRAINT "teams_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_permissions" ADD CONSTRAINT "repository_permissions_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_permissions" ADD CONSTRAINT "repository_permissions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_permissions" ADD CONSTRAINT "repository_permissions_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository_permissions" ADD CONSTRAINT "repository_permissions_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_applications" ADD CONSTRAINT "oauth_applications_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oauth_tokens" ADD CONSTRAINT "oauth_tokens_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "oauth_applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Added by hand: the collation of names above (lists are ordered by name, alike on every server), and
-- CHECK constraints. Prisma models neither, nor does it see them as drift.
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_one_subject_check"
    CHECK (num_nonnulls("user_id", "robot_id") = 1);
ALTER TABLE "repository_permissions" ADD CONSTRAINT "repository_permissions_one_subject_check"
    CHECK (num_nonnulls("user_id", "robot_id", "team_id") = 1);

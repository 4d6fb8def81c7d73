-- AlterTable
ALTER TABLE "signing_keys" ADD COLUMN     "certificate" BYTEA;

-- CreateTable
CREATE TABLE "registry_authority" (
    "id" INTEGER NOT NULL,
    "certificate" BYTEA NOT NULL,
    "private_sealed" BYTEA NOT NULL,
    "seal_key_id" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "registry_authority_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "created_by" VARCHAR(255),
ADD COLUMN     "disabled_reason" VARCHAR(255),
ADD COLUMN     "enabled" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

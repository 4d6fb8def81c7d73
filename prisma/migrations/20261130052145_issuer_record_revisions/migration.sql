-- AlterTable
ALTER TABLE "issuer_records" ADD COLUMN     "revision" UUID NOT NULL DEFAULT gen_random_uuid();

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "last_accessed_subject" VARCHAR(255);

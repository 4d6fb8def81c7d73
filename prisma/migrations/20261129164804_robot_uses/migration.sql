-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "last_accessed_agent" VARCHAR(255),
ADD COLUMN     "last_accessed_by" VARCHAR(16),
ADD COLUMN     "last_accessed_ip" VARCHAR(64);

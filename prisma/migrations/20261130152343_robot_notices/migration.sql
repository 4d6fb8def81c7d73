-- Two migrations, each a transaction of its own on a database that is in use, so that no reader waits for all rows.

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "next_notice_at" TIMESTAMPTZ(3);

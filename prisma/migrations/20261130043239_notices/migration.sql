-- Two migrations, each a transaction of its own on a database that is in use, so that no reader waits for all rows.

-- AlterTable
ALTER TABLE "robot_secrets" ADD COLUMN     "next_notice_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "told_unused_since" DATE;

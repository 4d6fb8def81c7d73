-- DropIndex
DROP INDEX "federation_entries_match_hash_idx";

-- DropIndex
DROP INDEX "federation_entries_robot_id_match_hash_key";

-- AlterTable
ALTER TABLE "federation_entries" ADD COLUMN     "description" TEXT,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- CreateIndex
CREATE INDEX "federation_entries_robot_id_idx" ON "federation_entries"("robot_id");

-- CreateIndex
CREATE INDEX "federation_entries_match_hash_robot_id_idx" ON "federation_entries"("match_hash", "robot_id");

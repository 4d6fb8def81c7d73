-- AlterTable
ALTER TABLE "federation_entry_rows" ADD COLUMN     "api_scopes" TEXT;

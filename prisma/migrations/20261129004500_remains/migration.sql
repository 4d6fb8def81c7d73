-- By hand. Servers of the version before work on the view as if it were the table.
ALTER TABLE "namespaces" RENAME TO "namespace_rows";

-- AlterTable
ALTER TABLE "namespace_rows" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- What is not deleted.
CREATE VIEW "namespaces" AS
SELECT "id", "name", "kind", "email", "email_key", "password_hash", "superuser", "enabled", "created_at",
       "creator_id", "invoice_email", "invoice_email_address", "tag_expiration_s"
FROM "namespace_rows" WHERE "deleted_at" IS NULL;

-- What is, for those who clear away after it.
CREATE INDEX "namespace_rows_deleted_idx" ON "namespace_rows"("deleted_at") WHERE "deleted_at" IS NOT NULL;

-- AlterTable
ALTER TABLE "namespace_rows" ADD COLUMN     "robot_policy" JSON;

-- By hand. The same rows, with the new column.
CREATE OR REPLACE VIEW "namespaces" AS
SELECT "id", "name", "kind", "email", "email_key", "password_hash", "superuser", "enabled", "created_at",
       "creator_id", "invoice_email", "invoice_email_address", "tag_expiration_s", "robot_policy"
FROM "namespace_rows" WHERE CASE WHEN "deleted_at" IS NULL THEN true ELSE false END;

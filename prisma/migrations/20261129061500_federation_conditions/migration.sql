-- By hand. Servers of the version before work on the view as if it were the table.
ALTER TABLE "federation_entries" RENAME TO "federation_entry_rows";

-- AlterTable
ALTER TABLE "federation_entry_rows" ADD COLUMN     "claims" JSON,
ADD COLUMN     "expires_in" INTEGER,
ADD COLUMN     "issuer_ref" TEXT,
ADD COLUMN     "max_token_age" INTEGER,
ADD COLUMN     "registry_scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "single_use" BOOLEAN,
ADD COLUMN     "subject_match" TEXT;

-- What those servers do not know would restrict nothing there: they do not see the entries that have it.
CREATE VIEW "federation_entries" AS
SELECT "id", "robot_id", "position", "version", "issuer", "subject", "audiences", "description", "match_hash"
FROM "federation_entry_rows"
WHERE "subject_match" IS NULL AND "claims" IS NULL AND "max_token_age" IS NULL AND "issuer_ref" IS NULL
  AND "expires_in" IS NULL AND "single_use" IS NOT TRUE AND cardinality("registry_scopes") = 0;

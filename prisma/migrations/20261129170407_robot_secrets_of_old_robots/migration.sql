-- Carries data over; there is nothing of this in the schema. The id of a credential says when it was made, where it is a
-- UUID of version 7, as servers make them. Rows are locked, lest a secret that is being replaced becomes one nevertheless.
INSERT INTO "robot_secrets" ("id", "robot_id", "seal_key_id", "sealed", "digest", "created_at", "last_accessed_at")
SELECT r."credential_id", r."id", r."token_key_id", r."token_sealed", r."token_digest",
  CASE WHEN substr(r."credential_id"::text, 15, 1) = '7'
    THEN to_timestamp(('x' || translate(left(r."credential_id"::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
    ELSE r."created_at" END,
  r."last_accessed_at"
FROM "robots" r WHERE r."token_sealed" IS NOT NULL FOR NO KEY UPDATE OF r
ON CONFLICT ("id") DO NOTHING;

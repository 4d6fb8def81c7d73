-- By hand, as in the first migration. The CASE is the one that is asked for (queries/federation-entries.ts).
CREATE INDEX "federation_entries_plain_idx" ON "federation_entry_rows"("match_hash", "robot_id")
WHERE CASE WHEN "subject_match" IS NULL AND "claims" IS NULL THEN true ELSE false END;

CREATE INDEX "federation_entries_any_audience_idx" ON "federation_entry_rows"("id") WHERE cardinality("audiences") = 0;

-- By hand, as Prisma cannot word an index of some rows: what finds robots that need attention.
CREATE INDEX "robot_secrets_expires_idx" ON "robot_secrets"("expires_at", "robot_id") WHERE "expires_at" IS NOT NULL;

CREATE INDEX "robots_federated_idx" ON "robots"("namespace_id", "id") WHERE "last_accessed_by" = 'federated';

DROP INDEX "federation_entries_any_audience_idx";
CREATE INDEX "federation_entries_any_audience_idx" ON "federation_entry_rows"("robot_id") WHERE cardinality("audiences") = 0;

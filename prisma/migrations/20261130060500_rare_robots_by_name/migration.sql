-- By hand, as Prisma cannot word an index of some rows: those that a filter shows, in the order in which they are listed, so
-- that a page reads no more than it shows.
CREATE INDEX "robots_disabled_by_name_idx" ON "robots"("namespace_id", "name", "id") WHERE NOT "enabled";
CREATE INDEX "robots_federated_by_name_idx" ON "robots"("namespace_id", "name", "id") WHERE "last_accessed_by" = 'federated';

DROP INDEX "robots_disabled_idx";
DROP INDEX "robots_federated_idx";

-- By hand, as Prisma can word neither an index of some rows, nor what it has besides (INCLUDE): robots that have an end, in the
-- order in which they are listed.
CREATE INDEX "robots_ending_by_name_idx" ON "robots"("namespace_id", "name", "id") INCLUDE ("enabled", "expires_at")
WHERE "expires_at" IS NOT NULL;

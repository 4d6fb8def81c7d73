-- By hand: the notices that lie ahead of robots which expire (src/domain/expiry-notices.ts).
UPDATE "robots" r SET "next_notice_at" = (
  SELECT min(r."expires_at" - days * interval '24 hours') FROM unnest(ARRAY[30, 7, 1]) days
  WHERE r."expires_at" - days * interval '24 hours' > now())
WHERE r."expires_at" > now();

-- By hand, as Prisma cannot word an index of some rows: robots whose owners are to be told.
CREATE INDEX "robots_next_notice_idx" ON "robots"("next_notice_at") WHERE "next_notice_at" IS NOT NULL;

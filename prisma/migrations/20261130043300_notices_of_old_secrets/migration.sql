-- By hand: the notices that lie ahead of secrets which expire (src/domain/expiry-notices.ts).
UPDATE "robot_secrets" s SET "next_notice_at" = (
  SELECT min(s."expires_at" - days * interval '24 hours') FROM unnest(ARRAY[30, 7, 1]) days
  WHERE s."expires_at" - days * interval '24 hours' > now())
WHERE s."expires_at" > now();

-- By hand, as Prisma cannot word an index of some rows or of an expression: secrets whose owners are to be told, and enabled
-- robots by the day since which they are unused, which is that of their making before the first use.
CREATE INDEX "robot_secrets_next_notice_idx" ON "robot_secrets"("next_notice_at") WHERE "next_notice_at" IS NOT NULL;

CREATE INDEX "robots_untold_idx" ON "robots"(GREATEST("last_used_on", ("created_at" AT TIME ZONE 'UTC')::date))
WHERE "enabled" AND "told_unused_since" IS DISTINCT FROM "last_used_on";

-- By hand. Each organization may have a robot `deployer` beside many whose names nobody else has. Of the mean, one or two a name,
-- PostgreSQL concludes that the index of names finds a robot as well as that of owners and names, and reads all the deployers for each
-- log-in. It is told that a name has a hundred, which it goes by once the table is analyzed: at once, where there are robots.
ALTER TABLE "robots" ALTER COLUMN "name" SET (n_distinct = -0.01);

DO $$
BEGIN
  IF EXISTS (SELECT FROM "robots") THEN
    ANALYZE "robots";
  END IF;
END $$;

-- By hand. Each organization may have a robot `deployer` beside many whose names nobody else has. Of the mean, one or two a name,
-- PostgreSQL concludes that the index of names finds a robot as well as that of owners and names, and reads all the deployers for each
-- log-in. It is told that a name has a hundred, from the next ANALYZE on.
ALTER TABLE "robots" ALTER COLUMN "name" SET (n_distinct = -0.01);

-- What lists of robots are filtered and sorted by.

-- Added by hand: the words of a text, in lower case, and what looks for texts where each word of another one begins a word.
CREATE FUNCTION "robot_words"("text" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_remove(regexp_split_to_array(lower("text" COLLATE "default"), '[^[:alnum:]]+'), '')
$$;

CREATE FUNCTION "robot_query"("text" TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(word || ':*', ' & ')::tsquery FROM unnest("robot_words"("text")) word
$$;

-- AlterTable; by hand: generated columns, so that servers of older versions need not know of them. The day of the last use
-- changes once a day: PostgreSQL writes every other use without a change to any index of the table (HOT), as long as there
-- is room beside the row.
ALTER TABLE "robots" SET (fillfactor = 80);
ALTER TABLE "robots" ADD COLUMN     "last_used_on" DATE
GENERATED ALWAYS AS (COALESCE(("last_accessed_at" AT TIME ZONE 'UTC')::date, '-infinity'::date)) STORED,
ADD COLUMN     "words" tsvector
GENERATED ALWAYS AS (array_to_tsvector("robot_words"("name" || ' ' || "description"))) STORED;

-- CreateIndex
CREATE INDEX "robots_namespace_id_id_idx" ON "robots"("namespace_id", "id");

-- CreateIndex
CREATE INDEX "robots_name_id_idx" ON "robots"("name", "id");

-- CreateIndex
CREATE INDEX "robots_namespace_id_last_used_on_id_idx" ON "robots"("namespace_id", "last_used_on", "id");

-- CreateIndex
CREATE INDEX "robots_last_used_on_id_idx" ON "robots"("last_used_on", "id");

-- Added by hand: Prisma cannot word an index of an expression, or of some rows. Whoever searches does not wait for what
-- was written before to be put in order (fastupdate).
CREATE INDEX "robots_words_idx" ON "robots" USING gin ("words") WITH (fastupdate = off);
CREATE INDEX "robots_labels_idx" ON "robots" USING gin ("labels") WITH (fastupdate = off);
CREATE INDEX "robots_namespace_id_expires_idx" ON "robots"("namespace_id", COALESCE("expires_at", 'infinity'), "id");
CREATE INDEX "robots_expires_idx" ON "robots"(COALESCE("expires_at", 'infinity'), "id");
CREATE INDEX "robots_disabled_idx" ON "robots"("namespace_id", "id") WHERE NOT "enabled";

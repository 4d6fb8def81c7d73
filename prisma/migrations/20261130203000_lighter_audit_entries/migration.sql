-- By hand, as Prisma cannot word an index of some rows: most entries are of no repository.
DROP INDEX "audit_entries_repository_id_id_idx";
CREATE INDEX "audit_entries_of_repository_idx" ON "audit_entries"("repository_id", "id") WHERE "repository_id" IS NOT NULL;

-- The same as before for every text, hence indexes stay as they are. A block that catches errors costs a subtransaction,
-- which is of use only where there are escaped characters.
CREATE OR REPLACE FUNCTION "robot_of_entry"("metadata" JSON) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  IF position('\u' in "metadata"::text) = 0 THEN
    RETURN substring("metadata"->>'robot' from '[^+]*$');
  END IF;
  BEGIN
    RETURN substring("metadata"->>'robot' from '[^+]*$');
  EXCEPTION WHEN untranslatable_character OR invalid_text_representation THEN
    RETURN substring("metadata"::text from '"robot":"(?:[^"+]*\+)?([^"+]*)"');
  END;
END
$$;

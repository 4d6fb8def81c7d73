-- CreateIndex
CREATE INDEX "audit_entries_namespace_id_kind_id_idx" ON "audit_entries"("namespace_id", "kind", "id");

-- CreateIndex
CREATE INDEX "audit_entries_kind_id_idx" ON "audit_entries"("kind", "id");

-- Added by hand: the short name of the robot that an entry is about. Of a JSON text that has NUL or half a character in
-- it anywhere, which earlier versions wrote, PostgreSQL reads nothing; quotes within its strings are escaped.
CREATE FUNCTION "robot_of_entry"("metadata" JSON) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN substring("metadata"->>'robot' from '[^+]*$');
EXCEPTION WHEN untranslatable_character OR invalid_text_representation THEN
  RETURN substring("metadata"::text from '"robot":"(?:[^"+]*\+)?([^"+]*)"');
END
$$;

-- Added by hand: Prisma cannot word an index of an expression, or of some rows.
CREATE INDEX "audit_entries_robot_idx" ON "audit_entries"("namespace_id", "robot_of_entry"("metadata"), "id")
WHERE "robot_of_entry"("metadata") IS NOT NULL;

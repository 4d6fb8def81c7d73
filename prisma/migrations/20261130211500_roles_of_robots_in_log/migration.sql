-- By hand, as Prisma knows neither functions nor indexes of an expression: the short name of the robot that was given a role
-- or a place in a team, or lost it. Entries name it in full, as they name users; those of robots of others are not meant.
CREATE FUNCTION "robot_given_in_entry"("kind" TEXT, "metadata" JSON, "namespace_name" TEXT) RETURNS TEXT
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  "key" TEXT := CASE
    WHEN "kind" IN ('change_repo_permission', 'delete_repo_permission') THEN 'username'
    WHEN "kind" IN ('org_add_team_member', 'org_remove_team_member') THEN 'member'
    WHEN "kind" IN ('create_prototype_permission', 'modify_prototype_permission', 'delete_prototype_permission')
      THEN 'delegate_user' END;
  "name" TEXT;
BEGIN
  IF "key" IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    "name" := "metadata"->>"key";
  -- Of a text that has NUL or half a character in it anywhere, PostgreSQL reads nothing as JSON.
  EXCEPTION WHEN untranslatable_character OR invalid_text_representation THEN
    "name" := substring("metadata"::text from '"' || "key" || '":"([^"]*)"');
  END;
  RETURN CASE WHEN starts_with("name", "namespace_name" || '+') THEN substr("name", length("namespace_name") + 2) END;
END
$$;

CREATE INDEX "audit_entries_given_idx"
ON "audit_entries"("namespace_id", "robot_given_in_entry"("kind", "metadata", "namespace_name"), "id")
WHERE "robot_given_in_entry"("kind", "metadata", "namespace_name") IS NOT NULL;

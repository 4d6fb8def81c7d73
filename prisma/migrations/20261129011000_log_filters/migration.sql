-- CreateIndex
CREATE INDEX "audit_entries_namespace_id_kind_id_idx" ON "audit_entries"("namespace_id", "kind", "id");

-- CreateIndex
CREATE INDEX "audit_entries_kind_id_idx" ON "audit_entries"("kind", "id");

-- Added by hand: Prisma cannot word an index of an expression, or of some rows.
CREATE INDEX "audit_entries_robot_idx" ON "audit_entries"("namespace_id", substring("metadata"->>'robot' from '[^+]*$'), "id")
WHERE substring("metadata"->>'robot' from '[^+]*$') IS NOT NULL;

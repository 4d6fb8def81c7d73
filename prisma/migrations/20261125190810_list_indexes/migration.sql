-- CreateIndex
CREATE INDEX "namespaces_kind_name_idx" ON "namespaces"("kind", "name");

-- Added by hand, as in the first migration.
CREATE INDEX "repositories_public_idx" ON "repositories"("namespace_id", "name") WHERE "visibility" = 'public';

-- CreateTable
CREATE TABLE "issuer_records" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" VARCHAR(63) NOT NULL,
    "issuer" TEXT NOT NULL,
    "jwks" JSONB NOT NULL,
    "keys_added" JSONB NOT NULL,
    "required_claims" JSONB,
    "max_token_lifetime" INTEGER,
    "single_use" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "issuer_records_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "issuer_records_organization_id_name_key" ON "issuer_records"("organization_id", "name");

-- AddForeignKey
ALTER TABLE "issuer_records" ADD CONSTRAINT "issuer_records_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "namespace_rows"("id") ON DELETE CASCADE ON UPDATE CASCADE;

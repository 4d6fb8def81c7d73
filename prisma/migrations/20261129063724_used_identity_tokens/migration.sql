-- CreateTable
CREATE TABLE "used_identity_tokens" (
    "digest" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_identity_tokens_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "used_identity_tokens_expires_at_idx" ON "used_identity_tokens"("expires_at");

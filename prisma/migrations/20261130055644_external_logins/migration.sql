-- CreateTable
CREATE TABLE "external_logins" (
    "digest" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "external_logins_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "external_logins_user_id_idx" ON "external_logins"("user_id");

-- AddForeignKey
ALTER TABLE "external_logins" ADD CONSTRAINT "external_logins_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "namespace_rows"("id") ON DELETE CASCADE ON UPDATE CASCADE;

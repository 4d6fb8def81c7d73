-- CreateTable
CREATE TABLE "robot_api_tokens" (
    "id" UUID NOT NULL,
    "robot_id" UUID NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "code" VARCHAR(24) NOT NULL,
    "digest" BYTEA NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_accessed_at" TIMESTAMPTZ(3),
    "creator_id" UUID NOT NULL,

    CONSTRAINT "robot_api_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "robot_api_tokens_code_key" ON "robot_api_tokens"("code");

-- CreateIndex
CREATE INDEX "robot_api_tokens_robot_id_id_idx" ON "robot_api_tokens"("robot_id", "id");

-- AddForeignKey
ALTER TABLE "robot_api_tokens" ADD CONSTRAINT "robot_api_tokens_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

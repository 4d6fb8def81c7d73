-- CreateTable
CREATE TABLE "retired_names" (
    "name" VARCHAR(511) NOT NULL,
    "retired_at" TIMESTAMPTZ(3) NOT NULL,
    "holders" UUID[] DEFAULT ARRAY[]::UUID[],
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "retired_names_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "former_names" (
    "namespace_id" UUID NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "former_names_pkey" PRIMARY KEY ("namespace_id","name")
);

-- CreateIndex
CREATE INDEX "former_names_name_idx" ON "former_names"("name");

-- By hand: what the list of retired names is read from.
CREATE INDEX "retired_names_unreleased_idx" ON "retired_names"("name") WHERE "released_at" IS NULL;

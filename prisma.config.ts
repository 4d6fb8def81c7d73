import { defineConfig } from 'prisma/config'

// `prisma generate`, `format` and `validate` never start the native schema engine, but insist that a
// path to it is set; without one they would try to download it. Migrations go through
// src/db/schema-engine.ts instead, so `prisma migrate …` must not be used with this stub.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})

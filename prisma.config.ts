import { defineConfig } from 'prisma/config'

// `prisma generate`, `format` and `validate` never start the native schema engine, but insist that a
// path to it is set; without one they would try to download it. `prisma migrate …` must not be used with this
// stub: `npm run db:migration` writes migrations, src/db/migrate.ts applies them.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})

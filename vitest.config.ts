import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need what is no package of this one: npm run test:console, test:distribution, test:clients, test:generated
    exclude: [
      ...configDefaults.exclude,
      ...['test/console', 'test/distribution', 'test/clients/python', 'test/generated-clients'],
      // PGlite has one connection: nobody holds a row against another. Others bring a folder of their own.
      `test/**/*.${process.env.TEST_DATABASE_URL ? 'pglite' : 'postgresql'}.test.ts`,
    ],
    globalSetup: 'test/helpers/build.ts',
    pool: 'forks',
    // Loading the program and compiling PGlite anew for each file took half of the time. Files share
    // the modules of their worker, hence none may replace one (vi.mock).
    isolate: false,
    // One more than there are cores: a quarter of the time tests wait for what takes its time.
    maxWorkers: availableParallelism() + 1,
    // Opening an embedded database and hashing passwords take their time on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

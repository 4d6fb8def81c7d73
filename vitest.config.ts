import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

const http = (name: string) => `test/http/${name}.test.ts`

/** Ask nothing that an engine could answer differently: the embedded one, which `npm test` runs on, is enough. */
const ON_ONE_ENGINE = [
  ...['test/architecture.test.ts', 'test/settings.test.ts'],
  ...['config', 'crypto', 'domain', 'oidc', 'openapi', 'scripts'].map((room) => `test/${room}`),
  // Of clients: what reaches the database by the API has tests of its own.
  ...['apply', 'clients', 'docs', 'recipes'].map((room) => `test/${room}`),
  // Of what is answered before the database is asked.
  ...['bad-bodies', 'bad-requests', 'body-order', 'broken-http', 'challenge', 'console'].map(http),
  ...['costly-bodies', 'empty-bodies', 'home', 'own-flags', 'request-id', 'routes'].map(http),
  ...['undeclared-access', 'unknown-requests'].map(http),
]

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need what is no package of this one: npm run test:console, test:distribution, test:clients, test:generated
    exclude: [
      ...configDefaults.exclude,
      ...['test/console', 'test/distribution', 'test/clients/python', 'test/generated-clients'],
      // PGlite has one connection: nobody holds a row against another. Others bring a folder of their own.
      `test/**/*.${process.env.TEST_DATABASE_URL ? 'pglite' : 'postgresql'}.test.ts`,
      ...(process.env.TEST_DATABASE_URL ? ON_ONE_ENGINE : []),
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

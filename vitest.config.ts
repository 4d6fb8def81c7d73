import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Opening an embedded database and hashing passwords take their time on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

import { defineConfig } from 'vitest/config'

// For StrykerJS, which says what to run by --testFiles. Isolated: what is made while a module loads is mutated too.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

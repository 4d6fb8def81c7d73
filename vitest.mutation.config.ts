import { defineConfig } from 'vitest/config'

// For StrykerJS, whose own --testFiles would not mutate what is made while a module loads.
export default defineConfig({
  test: {
    include: process.env.MUTATION_TESTS?.split(',') ?? ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

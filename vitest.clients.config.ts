import { defineConfig } from 'vitest/config'

// Clients of Quay from PyPI.
export default defineConfig({
  test: {
    include: ['test/clients/python/*.test.ts'],
    globalSetup: 'test/clients/python/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

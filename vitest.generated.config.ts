import { defineConfig } from 'vitest/config'

// Clients that generators make from the OpenAPI document.
export default defineConfig({
  test: {
    include: ['test/generated-clients/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})

import { defineConfig } from 'vitest/config'

// Debian's docker-registry, driven by skopeo.
export default defineConfig({
  test: {
    include: ['test/distribution/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

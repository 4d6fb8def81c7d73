import { defineConfig } from 'vitest/config'

// Debian's docker-registry behind Caddy, driven by skopeo, crane, oras, regctl and containerd.
export default defineConfig({
  test: {
    include: ['test/distribution/**/*.test.ts'],
    globalSetup: 'test/distribution/setup.ts',
    // Loading the program for each file would take as long as some of them.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

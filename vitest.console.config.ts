import { defineConfig } from 'vitest/config'

// The console in Debian's Chromium, before the service on an embedded database.
export default defineConfig({
  test: {
    include: ['test/console/*.test.ts'],
    globalSetup: 'test/helpers/build.ts',
    // Loading the program and the browser once takes long enough.
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

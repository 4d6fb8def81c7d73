import { defineConfig } from 'vite'
import { compressedCopies } from './build/compressed-copies.ts'
import { firstPageBudget } from './build/first-page-budget.ts'

export default defineConfig({
  plugins: [firstPageBudget(), compressedCopies()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // Both would be inline, which the Content-Security-Policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Those that know light-dark().
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    chunkSizeWarningLimit: 1000,
    // 'use client' is for servers that render.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  // `npm run dev -w console`, beside a service that was started with `npm start`.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})

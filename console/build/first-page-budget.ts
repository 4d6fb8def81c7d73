import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle

/** What a first visit may cost, compressed. */
const MAX_BYTES = 300_000

/** Fails the build where the first page, which is all that is loaded before anything is clicked, has become too large. */
export const firstPageBudget = (): Plugin => ({
  name: 'first-page-budget',
  generateBundle(_, bundle) {
    const bytes = firstPage(bundle).reduce((sum, name) => sum + sizeOf(bundle, name), 0)
    if (bytes > MAX_BYTES) {
      this.error(`The first page takes ${bytes} bytes, gzipped; ${MAX_BYTES} at most`)
    }
    this.info(`first page: ${bytes} bytes of ${MAX_BYTES}, gzipped`)
  },
})

/** Styles, the program, and what it imports at once. */
function firstPage(bundle: Bundle): string[] {
  const needed = new Set<string>()
  const need = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    const part = bundle[name]
    if (part?.type === 'chunk') part.imports.forEach(need)
  }
  for (const part of Object.values(bundle)) {
    const isProgram = part.type === 'chunk' && part.isEntry
    if (isProgram || part.fileName.endsWith('.css')) need(part.fileName)
  }
  return [...needed]
}

function sizeOf(bundle: Bundle, name: string): number {
  const part = bundle[name]
  return part ? gzipSync(part.type === 'chunk' ? part.code : part.source).length : 0
}

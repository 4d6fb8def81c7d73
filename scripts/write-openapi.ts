import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { openApiDocument } from './openapi-document.ts'

// tsx scripts/write-openapi.ts [--check]
// Writes openapi/openapi.json, or with --check fails when it is not what the routes say.

const FILE = new URL('../openapi/openapi.json', import.meta.url)

const wanted = `${JSON.stringify(await openApiDocument(), null, 2)}\n`

if (process.argv.includes('--check')) {
  const found = await readFile(FILE, 'utf8').catch(() => '')
  if (found !== wanted) {
    process.stderr.write('openapi/openapi.json is out of date; write it with: npm run docs:write\n')
    process.exitCode = 1
  }
} else {
  await mkdir(new URL('.', FILE), { recursive: true })
  await writeFile(FILE, wanted)
}

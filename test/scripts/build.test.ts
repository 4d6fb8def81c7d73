import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// What `npm start` and tests build, in a folder where the tools are stand-ins that note their calls and write their output.

const SCRIPT = resolve('scripts/build.mjs')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quay-robots-build-'))
  for (const name of [
    'package-lock.json',
    'prisma.config.ts',
    'tsconfig.json',
    'tsconfig.build.json',
  ]) {
    write(name, '')
  }
  write('prisma/schema.prisma', '')
  write('prisma/migrations/1/migration.sql', '')
  write('src/cli/main.ts', '')
  write('console/src/main.tsx', '')
  write('console/public/icon.svg', '')
  write('console/index.html', '')
  write('console/vite.config.ts', '')
  write('console/build/plugin.ts', '')
  write('docs/troubleshooting.md', '')
  write('docs/recipes/one.md', '')
  write('src/db/migrate.ts', '')
  tool('tsx', 'exit $(cat refuse 2>/dev/null || echo 0)')
  tool('prisma', 'mkdir -p src/generated/prisma && date +%N > src/generated/prisma/client.ts')
  tool(
    'tsc',
    'mkdir -p dist/cli dist/db && date +%N > dist/cli/main.js && cp maker.js dist/db/make-embedded-template.js',
  )
  tool('vite', 'mkdir -p dist/console && date +%N > dist/console/index.html')
  const template = 'dist/db/embedded-template'
  write(
    'maker.js',
    `const fs = require('node:fs'); fs.mkdirSync('${template}', { recursive: true })
     fs.writeFileSync('${template}/PG_VERSION', ''); fs.appendFileSync('calls', 'template\\n')`,
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string) {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function tool(name: string, work: string) {
  write(`bin/${name}`, `#!/bin/sh\necho ${name} >> calls\n${work}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}

/** What changed. */
const build = (...options: string[]) => run('--changed', ...options)

function run(...options: string[]) {
  write('calls', '')
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...options], {
    cwd: folder,
    env: { ...process.env, PATH },
    encoding: 'utf8',
  })
  const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\n').filter(Boolean)
  return { status, stderr, calls }
}

test('all of it the first time, and says so; nothing the second time', () => {
  const first = build()
  expect(first).toMatchObject({ status: 0, calls: ['prisma', 'tsc', 'template', 'vite'] })
  expect(first.stderr).toMatch(/^Building .*:\n {2}database client … [\d.]+ s\n {2}program … /)
  expect(build()).toEqual({ status: 0, stderr: '', calls: [] })
})

test.each([
  ['src/routes/index.ts', ['tsc']],
  ['src/db/migrate.ts', ['tsc', 'template']],
  ['prisma/migrations/2/migration.sql', ['template']],
  ['prisma/schema.prisma', ['prisma', 'tsc']],
  ['package-lock.json', ['prisma', 'tsc', 'template', 'vite']],
  ['console/src/main.tsx', ['vite']],
  ['docs/recipes/one.md', ['vite']],
  // Types, which are nothing to the build.
  ['console/src/generated/openapi.d.ts', []],
  ['tsconfig.json', ['tsc']],
  // Written by another tool, from whatever sources.
  ['dist/cli/main.js', ['tsc']],
  ['README.md', []],
])('after a change of %s: %j', (file, calls) => {
  build()
  write(file, 'changed')
  expect(build().calls).toEqual(calls)
  expect(build().calls).toEqual([])
})

test('all of it, whatever changed, where it is asked for', () => {
  build()
  expect(run().calls).toEqual(['prisma', 'tsc', 'template', 'vite'])
  expect(build().calls).toEqual([])
})

test('the database client alone, and the rest when it is asked for', () => {
  expect(build('--client')).toMatchObject({ status: 0, calls: ['prisma'] })
  expect(build('--client').calls).toEqual([])
  expect(build().calls).toEqual(['tsc', 'template', 'vite'])
})

test('before a start nothing where the settings are bad or the port is in use, and again after a failure', () => {
  write('refuse', '3')
  expect(build('--before-start')).toMatchObject({ status: 3, calls: ['tsx'] })
  rmSync(join(folder, 'refuse'))
  tool('tsc', 'echo "src/cli/main.ts(1,1): error" && exit 2')
  const failed = build('--before-start')
  expect(failed).toMatchObject({ status: 2, calls: ['tsx', 'prisma', 'tsc'] })
  expect(failed.stderr).toContain('src/cli/main.ts(1,1): error')
  expect(build('--before-start').status).toBe(2)
})

test('check-start tells of bad settings, with the exit code of serve', () => {
  const check = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check-start.ts'], {
    env: { ...process.env, PORT: 'x' },
    encoding: 'utf8',
  })
  expect(check).toMatchObject({ status: 3, stderr: expect.stringContaining('PORT: must be') })
})

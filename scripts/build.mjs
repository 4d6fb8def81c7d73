import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'

// node scripts/build.mjs [--changed [--before-start] [--client]]
// The steps of the build. `npm start` and tests do those whose inputs changed since they were done, before they start,
// and nothing at all where none did; of the database client alone if told so. Plain JavaScript: loading tsx would take
// longer than all of it then.

const isBeforeStart = process.argv.includes('--before-start')
const isClientOnly = process.argv.includes('--client')
const isOfChanged = process.argv.includes('--changed')

const STAMPS = 'dist/built.json'
const PROGRAM = 'dist/cli/main.js'
const SCHEMA = 'prisma/schema.prisma'
const PACKAGES = 'package-lock.json'

const CLIENT = 'database client'
const allSteps = [
  {
    name: CLIENT,
    inputs: [SCHEMA, 'prisma.config.ts', PACKAGES],
    output: 'src/generated/prisma/client.ts',
    command: ['prisma', 'generate', '--no-hints'],
  },
  {
    name: 'program',
    inputs: ['src', SCHEMA, 'tsconfig.json', 'tsconfig.build.json', PACKAGES],
    output: PROGRAM,
    command: ['tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'template of the embedded database',
    inputs: ['prisma/migrations', 'src/db', PACKAGES],
    output: 'dist/db/embedded-template/PG_VERSION',
    command: ['node', 'dist/db/make-embedded-template.js'],
  },
  {
    name: 'console',
    inputs: [
      'console/src',
      'console/public',
      'console/index.html',
      'console/vite.config.ts',
      'console/build',
      // Help shows them.
      'docs/troubleshooting.md',
      'docs/recipes',
      PACKAGES,
    ],
    output: 'dist/console/index.html',
    command: ['vite', 'build', 'console', '--logLevel', 'warn'],
  },
]

const steps = allSteps.filter(({ name }) => !isClientOnly || name === CLIENT)

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => name !== 'generated')
  return names.sort().flatMap((name) => filesOf(join(path, name)))
}

function digest(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs

function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMPS, 'utf8'))
  } catch {
    return {}
  }
}

const PATH = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter)

function run([command, ...args], stdio) {
  const env = { ...process.env, PATH }
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    stdio,
    env,
    encoding: 'utf8',
  })
  if (status === 0) return
  process.stderr.write(`\n${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`)
  process.exit(status ?? 1)
}

// A step is done again, too, where another tool has written its output since, from whatever.
const stamps = readStamps()
const stale = steps.filter(
  ({ name, inputs, output }) =>
    !isOfChanged ||
    stamps[name]?.inputs !== digest(inputs) ||
    stamps[name]?.written !== timeOf(output),
)

if (stale.length > 0) {
  // Before what takes long: settings that cannot be used, a port in use.
  if (isBeforeStart) run(['tsx', 'scripts/check-start.ts'], ['ignore', 'inherit', 'inherit'])
  const names = stale.map(({ name }) => name).join(', ')
  process.stderr.write(`Building ${isOfChanged ? 'what changed' : 'all'} (${names}):\n`)
  for (const { name, inputs, output, command } of stale) {
    const start = Date.now()
    process.stderr.write(`  ${name} …`)
    run(command, ['ignore', 'pipe', 'pipe'])
    process.stderr.write(` ${((Date.now() - start) / 1000).toFixed(1)} s\n`)
    if (output === PROGRAM) chmodSync(PROGRAM, 0o755)
    stamps[name] = { inputs: digest(inputs), written: timeOf(output) }
    mkdirSync(dirname(STAMPS), { recursive: true })
    writeFileSync(STAMPS, JSON.stringify(stamps))
  }
}

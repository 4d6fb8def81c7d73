import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SCOPES } from '../src/domain/scopes.ts'
import { type Stage, startStage } from '../test/helpers/stage.ts'
import { type EveryObject, makeEveryObject } from '../test/openapi/every-object.ts'
import { openApiDocument } from './openapi-document.ts'

// SCHEMATHESIS=path/of/schemathesis tsx scripts/schemathesis.ts [EXAMPLES] [SEED]
// Calls every operation of the document with what Schemathesis (PyPI) makes of it, as an administrator, a member and
// nobody: EXAMPLES of each with names of its own making, and as many with names that exist. Fails where an answer is a
// 5xx, or has a status, content type, header or body that the document does not declare.

const [, , examples = '12', seed = '1'] = process.argv
const program = process.env.SCHEMATHESIS ?? 'schemathesis'

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

/** They would take away what the names of the second run stand for. */
const DESTRUCTIVE = [
  'deleteAdminedOrganization',
  'deleteOrganization',
  'deleteRepository',
  'changeInstallUser',
  'deleteInstallUser',
]

const folder = await mkdtemp(join(tmpdir(), 'quay-robots-schemathesis-'))
try {
  for (const who of ['administrator', 'member', 'nobody'] as const) {
    const stage = await startStage({ config: { superusersFullAccess: true } })
    try {
      const document = join(folder, 'openapi.json')
      await writeFile(document, JSON.stringify(await openApiDocument()))
      const objects = await makeEveryObject(stage)
      const token = await tokenOf(who, stage)
      const caller = token === undefined ? [] : ['-H', `Authorization: Bearer ${token}`]
      const names = join(folder, 'names.toml')
      await writeFile(names, parameters(objects))
      process.stdout.write(`\n== ${who}, any names\n`)
      await run([], [document, '--url', stage.url, ...caller])
      process.stdout.write(`\n== ${who}, names that exist\n`)
      const kept = DESTRUCTIVE.flatMap((id) => ['--exclude-operation-id', id])
      await run(['--config-file', names], [document, '--url', stage.url, ...caller, ...kept])
    } finally {
      await stage.close()
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function tokenOf(who: 'administrator' | 'member' | 'nobody', stage: Stage) {
  if (who === 'nobody') return undefined
  if (who === 'administrator') return stage.token('root', SCOPES)
  await stage.people('carol')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['carol'] })
  return stage.token('carol', SCOPES)
}

/** What the parameters of paths are called. */
function parameters({ existing }: EveryObject) {
  const lines = Object.entries(existing).map(
    ([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`,
  )
  return ['[parameters]', ...lines].join('\n')
}

function run(before: string[], after: string[]) {
  const options = ['--phases', 'examples,coverage,fuzzing', '--continue-on-failure']
  const how = ['--max-examples', examples, '--seed', seed, '--suppress-health-check', 'all']
  const quiet = ['--warnings', 'off', '--no-color', '--generation-database', 'none']
  const checks = ['--checks', CHECKS.join(',')]
  const child = spawn(
    program,
    [...before, 'run', ...after, ...checks, ...options, ...how, ...quiet],
    {
      stdio: 'inherit',
      // It keeps what it found where it works.
      cwd: folder,
    },
  )
  return new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code !== 0) process.exitCode = 1
      resolve()
    })
  })
}

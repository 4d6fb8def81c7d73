import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { shapeA } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Clients made from openapi/openapi.json, as a user makes them: generated, compiled with a program that calls them, and
// run against a service.

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const DOCUMENT = join(root, 'openapi/openapi.json')
const tool = (name: string) => join(here, 'node_modules/.bin', name)

const GENERATORS: Record<string, (folder: string) => Promise<unknown>> = {
  'openapi-typescript': (folder) =>
    run(tool('openapi-typescript'), [DOCUMENT, '-o', join(folder, 'schema.ts')]),
  'hey-api': (folder) => run(tool('openapi-ts'), ['-i', DOCUMENT, '-o', folder]),
}

/** As strict as programs are. */
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'], module: 'esnext' },
    ...{ moduleResolution: 'bundler', strict: true, noUncheckedIndexedAccess: true },
    ...{ noEmit: true, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
  },
  include: ['*.ts', '*/**/*.ts'],
}

let stage: Stage
let token: string
let folder: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  token = await stage.token('alice', ['org:admin'])
  folder = await mkdtemp(join(tmpdir(), 'quay-robots-clients-'))
  await symlink(join(here, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  for (const [name, generate] of Object.entries(GENERATORS)) {
    await generate(join(folder, name))
    await copyFile(join(here, `programs/${name}.ts`), join(folder, `${name}.ts`))
  }
})
afterAll(async () => {
  await stage?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

it.each([
  ['of this repository', join(root, 'node_modules/.bin/tsc')],
  ['5.9', tool('tsc')],
])('compile, with a program that uses them: TypeScript %s', async (_, tsc) => {
  const { stdout } = await run(tsc, ['-p', folder]).catch((error) => error)
  expect(stdout).toBe('')
})

describe.each(Object.keys(GENERATORS))('the client of %s', (name) => {
  it('calls robots, federation and each format of credentials, and reads a refusal', async () => {
    const tsx = join(root, 'node_modules/.bin/tsx')
    const { stdout } = await run(tsx, [join(folder, `${name}.ts`), stage.url, token])
    const { auths, texts, ...answers } = JSON.parse(stdout)

    expect(answers).toEqual({
      created: [201, 'acme+deployer'],
      listed: [['acme+deployer', 0]],
      federation: [
        { issuer: 'https://issuer.example.com', subject: 'repo:acme/web', audiences: ['robots'] },
      ],
      refusal: [404, shapeA(stage.url, 404, 'not_found', 'Not Found')],
      deleted: 204,
    })
    const [secret, helm, env, login] = texts
    const [user, password] = Buffer.from(auths[0], 'base64').toString().split(':')
    expect([user, auths[1]]).toEqual(['acme+deployer', auths[0]])
    expect(parse(secret).kind).toBe('Secret')
    expect(parse(helm).imageCredentials).toMatchObject({ username: user, password })
    expect(env).toContain(`REGISTRY_PASSWORD=${password}\n`)
    expect(login).toContain(`printf %s ${password} | docker login`)
  })
})

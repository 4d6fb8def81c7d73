import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quayRobots } from '../cli/program.ts'
import { gitlabClaims } from '../helpers/provider-claims.ts'
import { createMachine, type Machine } from './machine.ts'
import { readRecipe } from './recipe.ts'
import { type RecipeStage, startRecipeStage } from './recipe-stage.ts'

// A pipeline that applies a file, run as GitLab runs it. `docker run` runs the program itself.

let stage: RecipeStage
let machine: Machine
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine({ apk: '' })
  const docker = join(machine.home, 'bin', 'docker')
  const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
  const run = `while [ "$1" != "$IMAGE" ]; do shift; done; shift; exec '${process.execPath}' '${main}' "$@"`
  await writeFile(docker, `#!/bin/sh\n${run}\n`)
  await chmod(docker, 0o755)
})
afterAll(async () => {
  await machine?.remove()
  await stage?.close()
})

const PROJECT = { project_id: '21', project_path: 'acme/platform/robots' }
const subjectOf = (branch: string) =>
  `project_path:${PROJECT.project_path}:ref_type:branch:ref:${branch}`
const MERGED = { ...PROJECT, sub: subjectOf('main') }
const PROPOSED = {
  ...{ ...PROJECT, sub: subjectOf('feature/x'), ref_protected: 'false' },
  ...{ pipeline_source: 'merge_request_event', environment: 'robots-plan' },
}

/** Runs a job of the recipe whose identity token claims this. */
async function runJob(name: 'plan' | 'apply', claims: object) {
  const { yaml } = await readRecipe('apply.md', stage.places)
  const [, jobs] = yaml
  const { variables, before_script } = jobs['.robots']
  const script = [...before_script, ...jobs[name].script].join('\n')
  const identity = await stage.mint(gitlabClaims({ aud: stage.url, ...claims }))
  return machine.run(['sh', '-ec', script], { ...variables, IDENTITY: identity })
}

test('an administrator applies the file once; then its own pipeline plans and applies it', async () => {
  const { blocks } = await readRecipe('apply.md', stage.places)
  const [file = ''] = blocks('yaml')
  await writeFile(join(machine.home, 'acme.yaml'), file)
  await writeFile(join(machine.home, 'token'), stage.aliceToken)
  const args = ['--server', stage.url, '--token-file', 'token', '-f', 'acme.yaml']
  const first = await quayRobots({}, ['apply', ...args], '', machine.home)
  expect(first).toMatchObject({ code: 0, stderr: '' })

  const changed = file.replace('robots:\n', 'robots:\n  deployer:\n    description: deploys\n')
  await writeFile(join(machine.home, 'acme.yaml'), changed)
  const words = 'change robot acme+deployer: description "CI of acme/web" → deploys\n'
  expect(await runJob('plan', PROPOSED)).toMatchObject({
    code: 0,
    stdout: `${words}1 change would be made. Nothing was changed (--dry-run).\n`,
  })
  expect(await runJob('apply', MERGED)).toMatchObject({
    code: 0,
    stdout: `${words}1 change made.\n`,
  })
  expect(await runJob('apply', MERGED)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing to do: /),
  })
})

test.each([
  ['another branch', { ...MERGED, sub: subjectOf('x'), ref_protected: 'false' }],
  ['an environment that is not protected', { ...PROPOSED, environment_protected: 'false' }],
])('a job of %s gets no token', async (_, claims) => {
  expect((await runJob('apply', claims)).code).not.toBe(0)
})

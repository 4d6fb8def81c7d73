import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMachine, type Machine } from './machine.ts'
import { readRecipe } from './recipe.ts'
import {
  MAY_PUSH,
  REGISTRY,
  type RecipeStage,
  ROBOT,
  rightsOf,
  runAsAdministrator,
  startRecipeStage,
} from './recipe-stage.ts'

let stage: RecipeStage
let machine: Machine
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine({ docker: '', apk: '' })
})
afterAll(async () => {
  await machine?.remove()
  await stage?.close()
})

/** Runs the job's script as GitLab's runner does in an image without bash. */
async function runJob(branch: string) {
  const [{ image: job }] = (await readRecipe('gitlab-ci.md', stage.places)).yaml
  const [[name = '', { aud }] = ['', { aud: '' }]] = Object.entries<{ aud: string }>(job.id_tokens)
  const identity = await stage.issuer.mint({
    sub: `project_path:acme/web:ref_type:branch:ref:${branch}`,
    aud,
    project_path: 'acme/web',
    namespace_path: 'acme',
    ref: branch,
    ref_type: 'branch',
  })
  const script = [...job.before_script, ...job.script].join('\n')
  const variables = { ...job.variables, [name]: identity, CI_COMMIT_SHA: 'abc123' }
  return machine.run(['sh', '-ec', script], variables)
}

it('a job logs in and pushes without a secret', async () => {
  const [federate = ''] = (await readRecipe('gitlab-ci.md', stage.places)).shell
  await runAsAdministrator(stage, federate)

  expect(await runJob('main')).toEqual({ code: 0, stdout: '', stderr: '' })
  const [login, , push] = await machine.uses('docker')
  expect(login?.args).toEqual(['login', '-u', ROBOT, '--password-stdin', REGISTRY])
  expect(push?.args).toEqual(['push', `${REGISTRY}/acme/web:abc123`])
  expect(await rightsOf(stage, login?.input ?? '')).toEqual(MAY_PUSH)
})

it('a job of another branch gets nothing', async () => {
  const before = (await machine.uses('docker')).length
  const { code, stderr } = await runJob('other')
  expect([code, stderr]).toEqual([1, expect.stringMatching(/401/)])
  expect(await machine.uses('docker')).toHaveLength(before)
})

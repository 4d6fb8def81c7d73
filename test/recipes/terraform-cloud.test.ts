import { afterAll, beforeAll, expect, it } from 'vitest'
import { terraformClaims } from '../helpers/provider-claims.ts'
import { createMachine } from './machine.ts'
import { readRecipe } from './recipe.ts'
import { federate, MAY_PUSH, type RecipeStage, rightsOf, startRecipeStage } from './recipe-stage.ts'

let stage: RecipeStage
beforeAll(async () => {
  stage = await startRecipeStage()
})
afterAll(() => stage?.close())

const read = () => readRecipe('terraform-cloud.md', stage.places)

/** Runs the program of the data source with the token of a run. */
async function runProgram(fields: object) {
  const [configuration = ''] = (await read()).blocks('hcl')
  const [, script = ''] = /<<-EOT\n([\s\S]*?)\n *EOT\n/.exec(configuration) ?? []
  const machine = await createMachine()
  try {
    const identity = await stage.mint(terraformClaims({ aud: stage.url, ...fields }))
    return await machine.run(['sh', '-ec', script], {
      TFC_WORKLOAD_IDENTITY_TOKEN_ROBOTS: identity,
    })
  } finally {
    await machine.remove()
  }
}

it('a run gets what the provider external asks for: an object of texts', async () => {
  await federate(stage, await read())
  const { code, stdout } = await runProgram({})
  const { token, ...others } = JSON.parse(stdout)
  expect([code, others]).toEqual([0, {}])
  expect(await rightsOf(stage, token)).toEqual(MAY_PUSH)
})

it('a run of another workspace gets nothing', async () => {
  const { code, stdout, stderr } = await runProgram({ terraform_workspace_id: 'ws-2' })
  expect([code, stdout, stderr]).toEqual([22, '', expect.stringMatching(/401/)])
})

import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
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

const REQUEST_TOKEN = 'request-token'

let stage: RecipeStage
let machine: Machine
let github: Awaited<ReturnType<typeof startGitHub>>
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine({ docker: '' })
  github = await startGitHub(stage)
})
afterAll(async () => {
  await github?.close()
  await machine?.remove()
  await stage?.close()
})

/** Answers `ACTIONS_ID_TOKEN_REQUEST_URL` as GitHub does. */
async function startGitHub({ issuer }: RecipeStage) {
  let ref = ''
  const { port, close } = await listenOnLoopback(
    createServer(async (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://github')
      if (request.headers.authorization !== `Bearer ${REQUEST_TOKEN}`) {
        response.writeHead(401).end()
        return
      }
      const value = await issuer.mint({
        sub: `repo:acme/web:ref:${ref}`,
        aud: searchParams.get('audience') ?? 'https://github.com/acme',
        repository: 'acme/web',
        repository_owner: 'acme',
        ref,
        ref_type: 'branch',
        runner_environment: 'github-hosted',
      })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ count: value.length, value }))
    }),
  )
  const url = `http://127.0.0.1:${port}/idtoken/1/2?api-version=2.0`
  return {
    close,
    /** What a runner gives to a job of this branch. */
    variables(branch: string): Record<string, string> {
      ref = `refs/heads/${branch}`
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        GITHUB_SHA: 'abc123',
      }
    },
  }
}

/** Runs the workflow's own steps, as a runner runs `shell: bash`. */
async function runJob(branch: string) {
  const { yaml } = await readRecipe('github-actions.md', stage.places)
  const [{ env, permissions, jobs }] = yaml
  expect(permissions['id-token']).toBe('write')
  const outcomes = []
  for (const { run, shell } of jobs.image.steps) {
    if (run === undefined) continue
    expect(shell).toBe('bash')
    const command = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', run]
    const outcome = await machine.run(command, { ...env, ...github.variables(branch) })
    outcomes.push(outcome)
    if (outcome.code !== 0) break
  }
  return outcomes
}

it('a workflow logs in and pushes without a secret', async () => {
  const [federate = ''] = (await readRecipe('github-actions.md', stage.places)).shell
  await runAsAdministrator(stage, federate)

  const [login, push] = await runJob('main')
  expect([login, push]).toMatchObject([{ code: 0, stderr: '' }, { code: 0 }])
  const [used, build, pushed] = await machine.uses('docker')
  expect(used?.args).toEqual(['login', '-u', ROBOT, '--password-stdin', REGISTRY])
  expect(build?.args.slice(0, 1)).toEqual(['build'])
  expect(pushed?.args).toEqual(['push', `${REGISTRY}/acme/web:abc123`])
  const password = used?.input ?? ''
  expect(await rightsOf(stage, password)).toEqual(MAY_PUSH)
  expect(login?.stdout).toBe(`::add-mask::${password}\n`)
})

it('a workflow of another branch gets nothing', async () => {
  const before = (await machine.uses('docker')).length
  const outcomes = await runJob('other')
  expect(outcomes).toHaveLength(1)
  expect(outcomes[0]?.stderr).toMatch(/401/)
  expect(await machine.uses('docker')).toHaveLength(before)
})

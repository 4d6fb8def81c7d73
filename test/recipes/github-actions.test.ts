import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
import { githubClaims } from '../helpers/provider-claims.ts'
import { createMachine, type Machine } from './machine.ts'
import { parseYaml, readRecipe } from './recipe.ts'
import {
  federate,
  MAY_PUSH,
  REGISTRY,
  type RecipeStage,
  ROBOT,
  rightsOf,
  startRecipeStage,
} from './recipe-stage.ts'

const REQUEST_TOKEN = 'request-token'
const RUNNER = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c']

let stage: RecipeStage
let machine: Machine
let github: Awaited<ReturnType<typeof startGitHub>>
beforeAll(async () => {
  stage = await startRecipeStage()
  machine = await createMachine({ docker: '', podman: '' })
  github = await startGitHub(stage)
})
afterAll(async () => {
  await github?.close()
  await machine?.remove()
  await stage?.close()
})

/** Answers `ACTIONS_ID_TOKEN_REQUEST_URL` as GitHub does. */
async function startGitHub({ mint }: RecipeStage) {
  let fields = {}
  const { port, close } = await listenOnLoopback(
    createServer(async (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://github')
      if (request.headers.authorization !== `Bearer ${REQUEST_TOKEN}`) {
        response.writeHead(401).end()
        return
      }
      const aud = searchParams.get('audience') ?? 'https://github.com/acme'
      const value = await mint(githubClaims({ aud, ...fields }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ count: value.length, value }))
    }),
  )
  const url = `http://127.0.0.1:${port}/idtoken/1/2?api-version=2.0`
  return {
    close,
    /** What a runner gives to a job with these claims. */
    variables(claims: object): Record<string, string> {
      fields = claims
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        GITHUB_SHA: 'abc123',
      }
    },
  }
}

const action = parseYaml(await readFile('action/action.yml', 'utf8'))[0]

type Variables = Record<string, string>

/** Runs the action as a runner does: what is missing has its default. */
async function runAction(given: Variables, env: Variables, before = '') {
  const [{ shell, run, env: own }] = action.runs.steps
  expect([action.runs.using, action.runs.steps.length, shell]).toEqual(['composite', 1, 'bash'])
  for (const [name, { required }] of Object.entries<{ required?: boolean }>(action.inputs)) {
    expect(required === true && !(name in given), name).toBe(false)
  }
  const inputs = { ...defaults(), ...given }
  const filled = Object.entries<string>(own).map(([name, text]) => [
    name,
    text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, input) => inputs[input] ?? ''),
  ])
  return machine.run([...RUNNER, `${before}${run}`], { ...env, ...Object.fromEntries(filled) })
}

const defaults = (): Variables =>
  Object.fromEntries(
    Object.entries<{ default?: string }>(action.inputs).map(([name, input]) => [
      name,
      input.default ?? '',
    ]),
  )

/** Runs the workflow's own steps, up to the first that fails. */
async function runJob(claims: object) {
  const [{ env, permissions, jobs }] = (await readRecipe('github-actions.md', stage.places)).yaml
  expect(permissions['id-token']).toBe('write')
  expect(jobs.image.environment).toBe(githubClaims().environment)
  const variables = { ...env, ...github.variables(claims) }
  const outcomes = []
  for (const { uses, with: given, run, shell } of jobs.image.steps) {
    if (uses?.startsWith('actions/checkout')) continue
    if (run !== undefined) expect(shell).toBe('bash')
    else expect(uses).toMatch(/\/action@/)
    outcomes.push(
      run === undefined
        ? await runAction(given, variables)
        : await machine.run([...RUNNER, run], variables),
    )
    if (outcomes.at(-1)?.code !== 0) break
  }
  return outcomes
}

/** What of an answer GitHub would show in red. */
const errorIn = (stdout = '') => /^::error::(.*)$/m.exec(stdout)?.[1]

it('a workflow logs in and pushes without a secret', async () => {
  await federate(stage, await readRecipe('github-actions.md', stage.places))

  const outcomes = await runJob({})
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']))
  const [build, login, push] = await machine.uses('docker')
  expect(build?.args.slice(0, 1)).toEqual(['build'])
  expect(login?.args).toEqual(['login', '-u', ROBOT, '--password-stdin', REGISTRY])
  expect(push?.args).toEqual(['push', `${REGISTRY}/acme/web:abc123`])
  const password = login?.input ?? ''
  expect(await rightsOf(stage, password)).toEqual(MAY_PUSH)
  // Both are masked, and stand nowhere else in the log.
  const [identity = '', ...rest] = (outcomes[1]?.stdout ?? '').split('\n')
  expect(identity).toMatch(/^::add-mask::ey[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(rest).toEqual([`::add-mask::${password}`, ''])
})

it.each([
  { sub: 'repo:acme/web:environment:staging' },
  { event_name: 'pull_request' },
  { repository_id: '999999' },
])('a job with %j gets nothing, and reads why', async (claims) => {
  const before = (await machine.uses('docker')).length
  const outcomes = await runJob(claims)
  expect(outcomes.map(({ code }) => code)).toEqual([0, 1])
  expect(errorIn(outcomes[1]?.stdout)).toMatch(/gave no robot token to acme\+deployer: \{"error"/)
  const uses = (await machine.uses('docker')).slice(before)
  expect(uses.map(({ args }) => args[0])).toEqual(['build'])
})

const INPUTS = () => ({ url: `${stage.url}/`, robot: ROBOT, registry: REGISTRY })

it('the action says which permission is missing', async () => {
  const { code, stdout } = await runAction(INPUTS(), {})
  expect([code, errorIn(stdout)]).toEqual([1, expect.stringMatching(/id-token: write/)])
})

it('the action asks for another audience where it is told to', async () => {
  const inputs = { ...INPUTS(), audience: 'https://other.example.com' }
  const { code, stdout } = await runAction(inputs, github.variables({}))
  expect([code, errorIn(stdout)]).toEqual([1, expect.stringMatching(/Audience doesn't match/)])
})

it('the action logs in with podman where there is no docker', async () => {
  const noDocker = 'command() { [[ $2 != docker ]] && builtin command "$@"; }\n'
  const { code, stderr } = await runAction(INPUTS(), github.variables({}), noDocker)
  expect([code, stderr]).toEqual([0, ''])
  const [login] = await machine.uses('podman')
  expect(login?.args).toEqual(['login', '-u', ROBOT, '--password-stdin', REGISTRY])
  expect(await rightsOf(stage, login?.input ?? '')).toEqual(MAY_PUSH)
})

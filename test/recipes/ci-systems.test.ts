import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bitbucketClaims,
  buildkiteClaims,
  circleciClaims,
  gitlabClaims,
  jenkinsClaims,
  type ProviderClaims,
} from '../helpers/provider-claims.ts'
import { createMachine, type Machine } from './machine.ts'
import { type Recipe, readRecipe } from './recipe.ts'
import {
  federate,
  MAY_PUSH,
  REGISTRY,
  type RecipeStage,
  ROBOT,
  rightsOf,
  startRecipeStage,
} from './recipe-stage.ts'

// Recipes whose job logs in by a script of its own, run as the platform runs it, against a running service.

interface Job {
  claims: (fields: object) => ProviderClaims
  /** What makes the identity token one of another job. */
  others: Record<string, object>
  /** Programs that print the identity token, or nothing. */
  programs?: (identity: string) => Record<string, string>
  /** What the platform runs, in order. */
  run: (recipe: Recipe, identity: string) => { commands: string[][]; env: Record<string, string> }
  /** What the job asks a token for, as its program is called. */
  asks?: [program: string, args: (audience: string) => string[]]
}

const COMMIT = 'abc123'

const JOBS: Record<string, Job> = {
  'gitlab-ci': {
    claims: gitlabClaims,
    others: {
      'another branch': { sub: 'project_path:acme/platform/web:ref_type:branch:ref:other' },
      'a merge request': { pipeline_source: 'merge_request_event' },
    },
    programs: () => ({ apk: '' }),
    // In an image without bash.
    run({ yaml: [{ image: job }] }, identity) {
      const [[name = '', { aud }] = ['', { aud: '' }]] = Object.entries<{ aud: string }>(
        job.id_tokens,
      )
      expect(aud).toBe(job.variables.ROBOTS)
      const script = [...job.before_script, ...job.script].join('\n')
      const env = { ...job.variables, [name]: identity, CI_COMMIT_SHA: COMMIT }
      return { commands: [['sh', '-ec', script]], env }
    },
  },
  buildkite: {
    claims: buildkiteClaims,
    others: { 'another branch': { sub: buildkiteClaims().sub.replace('heads/main', 'heads/x') } },
    programs: (identity) => ({ 'buildkite-agent': identity }),
    // What is uploaded has `$$` for `$`.
    run({ yaml: [{ steps }] }) {
      const [{ command, env }] = steps
      const script = command.replaceAll('$$', () => '$')
      return { commands: [['bash', '-ec', script]], env: { ...env, BUILDKITE_COMMIT: COMMIT } }
    },
    asks: [
      'buildkite-agent',
      (aud) => ['oidc', 'request-token', '--audience', aud, '--claim', 'pipeline_id'],
    ],
  },
  circleci: {
    claims: circleciClaims,
    others: { 'another branch': { 'oidc.circleci.com/vcs-ref': 'refs/heads/x' } },
    programs: (identity) => ({ circleci: identity }),
    run({ yaml: [{ jobs }] }) {
      const { environment, steps } = jobs.image
      const { command } = steps.find((step: { run?: object }) => step.run).run
      const env = { ...environment, CIRCLE_SHA1: COMMIT }
      return { commands: [['bash', '-eo', 'pipefail', '-c', command]], env }
    },
    asks: ['circleci', (aud) => ['run', 'oidc', 'get', '--claims', `{"aud": "${aud}"}`]],
  },
  'bitbucket-pipelines': {
    claims: bitbucketClaims,
    others: { 'another branch': { branchName: 'x' } },
    run({ yaml: [{ pipelines }] }, identity) {
      const [{ step }] = pipelines.branches.main
      const env = { BITBUCKET_STEP_OIDC_TOKEN: identity, BITBUCKET_COMMIT: COMMIT }
      expect(step.script[0]).toContain(`ROBOTS=${step.oidc.audiences[0]} `)
      return { commands: [['bash', '-ec', step.script.join('\n')]], env }
    },
  },
  jenkins: {
    claims: jenkinsClaims,
    others: { 'another job': { sub: 'https://jenkins.example.com/job/acme/job/web/job/x/' } },
    run({ blocks }, identity) {
      const [file = ''] = blocks('groovy')
      const settings = [...file.matchAll(/^ {4}(\w+) = '(.*)'$/gm)].map(([, name, value]) => [
        name,
        value,
      ])
      const scripts = [...file.matchAll(/\bsh (?:'''([\s\S]*?)'''|'(.*)')$/gm)].map(
        ([, long, short = '']) => long?.replaceAll('\\\\', '\\') ?? short,
      )
      const env = { ...Object.fromEntries(settings), IDENTITY: identity, GIT_COMMIT: COMMIT }
      return { commands: scripts.map((script) => ['sh', '-xec', script]), env }
    },
  },
}

let stage: RecipeStage
beforeAll(async () => {
  stage = await startRecipeStage()
})
afterAll(() => stage?.close())

describe.each(Object.entries(JOBS))('the recipe for %s', (name, { claims, others, ...job }) => {
  const read = () => readRecipe(`${name}.md`, stage.places)

  /** @returns the outcomes, up to the first that failed, and how `docker` was used */
  async function runJob(
    fields: object,
    look: (machine: Machine) => Promise<void> = async () => {},
  ) {
    const identity = await stage.mint(claims({ aud: stage.url, ...fields }))
    const machine = await createMachine({ docker: '', ...job.programs?.(identity) })
    try {
      const { commands, env } = job.run(await read(), identity)
      const outcomes = []
      for (const command of commands) {
        outcomes.push(await machine.run(command, env))
        if (outcomes.at(-1)?.code !== 0) break
      }
      await look(machine)
      return { outcomes, docker: await machine.uses('docker') }
    } finally {
      await machine.remove()
    }
  }

  it('logs in and pushes without a secret', async () => {
    await federate(stage, await read())
    const { outcomes, docker } = await runJob({}, async (machine) => {
      if (job.asks === undefined) return
      const [program, args] = job.asks
      expect(await machine.uses(program)).toEqual([{ args: args(stage.url), input: '' }])
    })
    for (const { code, stdout } of outcomes) expect([code, stdout]).toEqual([0, ''])
    const [build, login, push] = docker
    expect(build?.args.slice(0, 1)).toEqual(['build'])
    expect(login?.args).toEqual(['login', '-u', ROBOT, '--password-stdin', REGISTRY])
    expect(push?.args).toEqual(['push', `${REGISTRY}/acme/web:${COMMIT}`])
    const password = login?.input ?? ''
    expect(await rightsOf(stage, password)).toEqual(MAY_PUSH)
    expect(JSON.stringify(outcomes)).not.toContain(password)
  })

  it.each(Object.entries(others))('gives nothing to %s', async (_, fields) => {
    const { outcomes, docker } = await runJob(fields)
    expect(outcomes.at(-1)?.code).not.toBe(0)
    expect(outcomes.at(-1)?.stderr).toMatch(/401/)
    expect(docker.map(({ args }) => args[0])).toEqual(['build'])
  })
})

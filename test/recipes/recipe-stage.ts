import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { issuersWith } from '../helpers/federation.ts'
import {
  bitbucketClaims,
  buildkiteClaims,
  circleciClaims,
  githubClaims,
  gitlabClaims,
  jenkinsClaims,
  kubernetesClaims,
  terraformClaims,
} from '../helpers/provider-claims.ts'
import { createMint, createSigningKey, type Mint, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { createMachine } from './machine.ts'
import { type Places, type Recipe, readRecipe } from './recipe.ts'

/** As the recipes have it. */
export const ROBOT = 'acme+deployer'
export const REGISTRY = 'registry.example.com'

const PLATFORMS = [
  bitbucketClaims,
  buildkiteClaims,
  circleciClaims,
  githubClaims,
  gitlabClaims,
  jenkinsClaims,
  kubernetesClaims,
  terraformClaims,
]

export interface RecipeStage extends Stage {
  /** Signs in place of every platform, whose issuer is among the claims. */
  mint: Mint
  key: SigningKey
  places: Places
  /** Of alice, who administers acme. */
  aliceToken: string
}

/** A service that has the platforms' keys, and the robot that the first recipe makes. */
export async function startRecipeStage(): Promise<RecipeStage> {
  const key = await createSigningKey('RS256', 'platform')
  const issuers = issuersWith(key, ...PLATFORMS.map((claims) => claims().iss))
  const started = await startStage({ config: { issuers, registryHost: REGISTRY } })
  const places = { 'https://robots.example.com': started.url }
  await started.people('alice')
  await started.organization('acme')
  const stage = {
    ...started,
    key,
    mint: createMint('', key),
    places,
    aliceToken: await started.token('alice', ['org:admin', 'repo:create', 'repo:admin']),
  }
  const [makeRobot = ''] = (await readRecipe('README.md', places)).shell
  await runAsAdministrator(stage, makeRobot)
  return stage
}

/** Runs a script as whoever has the API token, and fails where it does. */
export async function runAsAdministrator(
  { aliceToken }: RecipeStage,
  script: string,
): Promise<string> {
  const machine = await createMachine()
  try {
    const command = ['bash', '--norc', '-euo', 'pipefail', '-c', script]
    const { code, stdout, stderr } = await machine.run(command, { TOKEN: aliceToken })
    if (code !== 0) throw new Error(`${code}: ${stdout}${stderr}`)
    return stdout
  } finally {
    await machine.remove()
  }
}

/** Runs the command that adds an entry, which is the one that the recipe shows, where the robot trusts nobody yet. */
export async function federate(
  stage: RecipeStage,
  { shell: [command = ''], json: [entry] }: Pick<Recipe, 'shell' | 'json'>,
) {
  const federation = '/api/v1/organization/acme/robots/deployer/federation'
  await stage.api.as(stage.aliceToken).delete(federation).expect(204)
  expect(JSON.parse(await runAsAdministrator(stage, command))).toEqual(entry)
}

/** What a registry lets the robot do in acme/web with a password; the status where that is none. */
export async function rightsOf({ api, config }: RecipeStage, password: string) {
  const answer = await api
    .login(ROBOT, password)
    .query({ scope: 'repository:acme/web:pull,push', service: config.registryService })
  if (answer.status !== 200) return answer.status
  return decodeJwt<{ access: object[] }>(answer.body.token).access
}

export const MAY_PUSH = [
  expect.objectContaining({
    type: 'repository',
    name: 'acme/web',
    actions: expect.arrayContaining(['pull', 'push']),
  }),
]

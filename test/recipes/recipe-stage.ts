import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { createMachine } from './machine.ts'
import { type Places, readRecipe } from './recipe.ts'

/** As the recipes have it. */
export const ROBOT = 'acme+deployer'
export const REGISTRY = 'registry.example.com'

const ISSUERS = [
  'https://token.actions.githubusercontent.com',
  'https://gitlab.com',
  'https://oidc.cluster.example.com',
]

export interface RecipeStage extends Stage {
  /** In place of every platform's. */
  issuer: Issuer
  places: Places
  /** Of alice, who administers acme. */
  aliceToken: string
}

/** A service, an issuer, and the robot that the first recipe makes. */
export async function startRecipeStage(): Promise<RecipeStage> {
  const started = await startStage({ config: { ...LOOPBACK, registryHost: REGISTRY } })
  const issuer = await startIssuer()
  const places = {
    'https://robots.example.com': started.url,
    ...Object.fromEntries(ISSUERS.map((url) => [url, issuer.issuer])),
  }
  await started.people('alice')
  await started.organization('acme')
  const stage = {
    ...started,
    issuer,
    places,
    aliceToken: await started.token('alice', ['org:admin', 'repo:create', 'repo:admin']),
    async close() {
      await issuer.close()
      await started.close()
    },
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

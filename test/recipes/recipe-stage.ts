import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { type HostileIssuer, startHostileIssuer } from '../helpers/issuer.ts'
import { startService, type TestService } from '../helpers/service.ts'
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

export interface RecipeWorld {
  service: TestService
  /** In place of every platform's. */
  issuer: HostileIssuer
  places: Places
  /** Of alice, who administers acme. */
  token: string
  close(): Promise<void>
}

/** A service, an issuer, and the robot that the first recipe makes. */
export async function startRecipeWorld(): Promise<RecipeWorld> {
  const service = await startService({ config: { ...LOOPBACK, registryHost: REGISTRY } })
  const issuer = await startHostileIssuer()
  const places = {
    'https://robots.example.com': service.url,
    ...Object.fromEntries(ISSUERS.map((url) => [url, issuer.issuer])),
  }
  await service.createUser('alice')
  await service.createOrganization('acme', 'alice')
  const token = await service.token('alice', ['org:admin', 'repo:create', 'repo:admin'])
  const world = {
    service,
    issuer,
    places,
    token,
    async close() {
      await issuer.close()
      await service.close()
    },
  }
  const [makeRobot = ''] = (await readRecipe('README.md', places)).shell
  await runAsAdministrator(world, makeRobot)
  return world
}

/** Runs a script as whoever has the API token, and fails where it does. */
export async function runAsAdministrator({ token }: RecipeWorld, script: string): Promise<string> {
  const machine = await createMachine()
  try {
    const command = ['bash', '--norc', '-euo', 'pipefail', '-c', script]
    const { code, stdout, stderr } = await machine.run(command, { TOKEN: token })
    if (code !== 0) throw new Error(`${code}: ${stdout}${stderr}`)
    return stdout
  } finally {
    await machine.remove()
  }
}

/** What a registry lets the robot do in acme/web with a password; the status where that is none. */
export async function rightsOf({ service }: RecipeWorld, password: string) {
  const answer = await apiOf(service.url)
    .login(ROBOT, password)
    .query({ scope: 'repository:acme/web:pull,push', service: service.config.registryService })
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

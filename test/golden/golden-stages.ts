import { onTestFinished } from 'vitest'
import { createPasswords } from '../../src/crypto/passwords.ts'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import type { ProfileName } from '../../src/domain/api-profile.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { insertAccount } from '../../src/queries/accounts.ts'
import type { TestDatabase } from '../helpers/postgres.ts'
import { PASSWORD, TEST_PASSWORD_COST } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import {
  type Adapter,
  type Failure,
  runScenario,
  type Scenario,
  startLocalIssuers,
  type TokenSpec,
  type Transcript,
  type World,
  worldOf,
} from './replay-golden.mjs'

/** Issuers listen here; the service may contact them over http, and no other private host. */
const ISSUER_HOST = '127.0.0.1'

/** Services in one profile over one database: one of each configuration, which scenarios share. */
export function createStages({
  profile,
  database,
}: {
  profile: ProfileName
  database: TestDatabase
}) {
  const services = new Map<string, Promise<Stage>>()

  function serviceFor(world: World): Promise<Stage> {
    const config = configOf(world, profile)
    const key = JSON.stringify(config)
    const service = services.get(key) ?? startStage({ database, config })
    services.set(key, service)
    return service
  }

  return {
    /** Replays a scenario, as part of a test, on an emptied database with issuers of its own. */
    replay: async (transcript: Transcript, scenario: Scenario) =>
      replay(transcript, scenario, {
        profile,
        database,
        service: await serviceFor(worldOf(transcript, scenario)),
      }),
    close: async () => {
      for (const service of services.values()) await (await service).close()
    },
  }
}

async function replay(
  transcript: Transcript,
  scenario: Scenario,
  { profile, database, service }: { profile: ProfileName; database: TestDatabase; service: Stage },
): Promise<Failure[]> {
  const world = worldOf(transcript, scenario)
  const issuers = await startLocalIssuers(world.issuers ?? [], { host: ISSUER_HOST })
  onTestFinished(issuers.close)

  const adapter: Adapter = {
    async reset() {
      await service.services.settled()
      await database.reset()
    },
    async setup(_world, { tokens }) {
      await fill(service, world)
      return { tokenFor: (name) => mint(service, tokens[name]), issuerUrl: issuers.issuerUrl }
    },
  }
  const options = { baseUrl: service.url, profile }
  const { failures } = await runScenario(transcript, scenario, adapter, options)
  return failures
}

function configOf({ config }: World, apiProfile: ProfileName) {
  if (config.anonymousAccess === false) throw new Error('There is always anonymous access')
  return {
    apiProfile,
    tokenIssuer: String(config.tokenIssuer),
    registryService: String(config.serverHostname),
    superusersFullAccess: config.superusersFullAccess === true,
    userInitialize: config.userInitialize === true,
    robotsDisallow: config.robotsDisallow === true,
    oidcAllowedHosts: parseAllowedHosts([ISSUER_HOST]),
  }
}

let passwordHash: Promise<string> | undefined

/** Everybody has the same password, hashed once. */
async function fill({ db, organization }: Stage, world: World): Promise<void> {
  passwordHash ??= createPasswords({ cost: TEST_PASSWORD_COST }).hash(PASSWORD)
  for (const { username, password, email } of world.users) {
    if (password !== PASSWORD) throw new Error(`Another password: ${username}`)
    await insertAccount(db, {
      id: crypto.randomUUID(),
      name: username,
      kind: 'user',
      email,
      passwordHash: await passwordHash,
      superuser: world.superusers.includes(username),
      createdAt: new Date(),
    })
  }
  for (const { name, owner } of world.organizations) await organization(name, owner)
}

async function mint(stage: Stage, spec: TokenSpec | undefined): Promise<string> {
  if (spec === undefined) throw new Error('The transcript names a token that it does not have')
  return stage.token(spec.user, spec.scopes as Scope[], spec.expired === true ? -60 : undefined)
}

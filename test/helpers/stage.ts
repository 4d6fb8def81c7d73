import type { Scope } from '../../src/domain/scopes.ts'
import { type Api, apiOf } from './api.ts'
import { startService, type TestService } from './service.ts'

export interface Stage {
  service: TestService
  api: Api
  /** Tokens of alice, bob, carol, dave and the superuser root, with every scope that they need. */
  tokens: Record<'alice' | 'bob' | 'carol' | 'dave' | 'root', string>
  /** A new organization that alice owns. */
  organization(): Promise<string>
}

const PEOPLE = ['alice', 'bob', 'carol', 'dave'] as const
const SCOPES: Scope[] = ['org:admin', 'user:admin', 'repo:admin']

/** A service with people in it; `superusersFullAccess` is on. */
export async function startStage(): Promise<Stage> {
  const service = await startService({ config: { superusersFullAccess: true } })
  const tokens = { alice: '', bob: '', carol: '', dave: '', root: '' }
  for (const name of PEOPLE) {
    await service.createUser(name)
    tokens[name] = await service.token(name, SCOPES)
  }
  await service.createUser('root', { superuser: true })
  tokens.root = await service.token('root', ['super:user'])
  let count = 0
  return {
    service,
    api: apiOf(service.url),
    tokens,
    async organization() {
      count += 1
      const name = `org${count}`
      await service.createOrganization(name, 'alice')
      return name
    },
  }
}

/** Puts members (users, or robots by full name) into a team, which is made if need be. */
export async function putTeam(
  { api, tokens }: Stage,
  organization: string,
  team: { name: string; role: 'member' | 'creator' | 'admin'; members?: string[] },
) {
  const path = `/api/v1/organization/${organization}/team/${team.name}`
  const alice = api.as(tokens.alice)
  await alice.put(path, { role: team.role }).expect(200)
  for (const member of team.members ?? []) await alice.put(`${path}/members/${member}`).expect(200)
  return path
}

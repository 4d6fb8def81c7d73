import type { ProfileName } from '../../src/domain/api-profile.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { startStage } from '../helpers/stage.ts'

export const PROFILE_NAMES: ProfileName[] = ['live', 'documented']

export type ClientStage = Awaited<ReturnType<typeof startClientStage>>

/**
 * A service that answers by the profile, with the superuser `admin`, and `alice`, `bob` and `carol`. `alice` has a token
 * of every scope that is none of superusers, and works with the clients.
 */
export async function startClientStage(apiProfile: ProfileName) {
  const stage = await startStage({ config: { apiProfile, userInitialize: true } })
  await stage.superusers('admin')
  await stage.people('alice', 'bob', 'carol')
  const ordinary = SCOPES.filter((scope) => scope !== 'super:user')
  let count = 0
  return {
    ...stage,
    /** An organization of alice's, which comes before its members where names are sorted. */
    organization: () => stage.organization(`acme${++count}`),
    tokens: {
      admin: await stage.token('admin', SCOPES),
      alice: await stage.token('alice', ordinary),
    },
    /** Whether the registry's token endpoint lets this account in. */
    opensRegistry: async (account: { name: string; token: string }) =>
      (await stage.api.login(account.name, account.token)).status === 200,
  }
}

import type { bearerCall } from '../world.ts'

/** Of users; all others are of organizations, or of nobody. */
const OF_USERS = ['robots', 'repositories', 'audit', 'new-robot'].map(
  (page) => `/users/bench/${page}`,
)

/** Lists as people ask for them, beside the whole. */
const ASKED = [
  '/orgs/acme/robots?sort=created',
  '/orgs/acme/robots?sort=last_used',
  '/orgs/acme/robots?sort=expires',
  '/orgs/acme/robots?q=service',
  '/orgs/acme/robots?state=unused',
  '/orgs/acme/robots?state=secret_expiring',
  '/orgs/acme/robots?label=team:7',
  '/orgs/acme/access?kind=robot',
  '/orgs/acme/access?repository=repository1&role=write',
  '/orgs/acme/repositories?q=9',
  '/orgs/acme/audit?starttime=2000-01-01',
  '/orgs/acme/audit?kind=login_failure',
  '/orgs/acme/audit?robot=robot7',
]

/**
 * An address of each page of the router, in the organization that was filled.
 *
 * @param paths of the router, with names that begin with `$`
 * @throws Error for a name that nothing is put in place of
 */
export async function addressesOf(
  paths: string[],
  call: ReturnType<typeof bearerCall>,
): Promise<string[]> {
  const acme = '/api/v1/organization/acme'
  const { entries = [] } = (await call('GET', `${acme}/robots/robot1/federation/entries`)) as {
    entries?: { id: string }[]
  }
  const { client_id } = await call('POST', `${acme}/applications`, { name: 'deployments' })
  const names: Record<string, string | undefined> = {
    ...{ kind: 'orgs', owner: 'acme', robot: 'robot1', repository: 'repository1', team: 'team1' },
    ...{
      user: 'bench',
      page: 'troubleshooting',
      name: 'acme+robot1',
      entry: entries[0]?.id,
      client: client_id,
    },
  }
  const addressOf = (path: string) =>
    path.replace(/\$(\w+)/g, (_, name: string) => {
      const value = names[name]
      if (value === undefined) throw new Error(`${path}: no address of ${name} is known`)
      return value
    })
  return [...new Set([...paths.map(addressOf), ...OF_USERS, ...ASKED])]
}

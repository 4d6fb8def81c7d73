import type { ProfileName } from '../../src/domain/profile.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { send } from '../helpers/raw-http.ts'
import { startService } from '../helpers/service.ts'

export const PROFILE_NAMES: ProfileName[] = ['live', 'documented']

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * A service that answers by the profile, with its first user `admin`, who is a superuser, and `alice`, `bob`
 * and `carol`. `alice` has a token of every scope that is none of superusers, and works with the clients.
 */
export async function startWorld(apiProfile: ProfileName) {
  const service = await startService({ config: { apiProfile, userInitialize: true } })
  const { url } = service

  async function ask(method: string, path: string, token: string | undefined, content: object) {
    const body = JSON.stringify(content)
    const answer = await send(url, {
      method,
      path: `/api/v1${path}`,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body,
    })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body as Record<string, string>
  }

  const { access_token: admin = '' } = await ask('POST', '/user/initialize', undefined, {
    ...{ username: 'admin', password: 'correct-horse', email: 'admin@example.com' },
    access_token: true,
  })
  for (const username of ['alice', 'bob', 'carol']) {
    const email = `${username}@example.com`
    await ask('POST', '/superuser/users/', admin, { username, email })
  }
  const alice = await service.token(
    'alice',
    SCOPES.filter((scope) => scope !== 'super:user'),
  )
  let count = 0

  return {
    service,
    url,
    tokens: { admin, alice },
    /** Creates an organization of alice's. */
    async organization(): Promise<string> {
      count += 1
      const name = `acme${count}`
      await ask('POST', '/organization/', alice, { name, email: `${name}@example.com` })
      return name
    },
    /** Whether the registry's token endpoint lets this account in. */
    async opensRegistry(account: { name: string; token: string }): Promise<boolean> {
      const credentials = Buffer.from(`${account.name}:${account.token}`).toString('base64')
      const headers = { authorization: `Basic ${credentials}` }
      return (await send(url, { path: '/v2/auth', headers })).status === 200
    },
    close: () => service.close(),
  }
}

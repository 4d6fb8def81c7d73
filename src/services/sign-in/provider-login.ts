import type { Keyring } from '../../crypto/keyring.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { loginRefused, notFound } from '../../domain/errors.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  assertMaySignIn,
  type Claims,
  groupsOf,
  type SignInRules,
} from '../../domain/sign-in-rules.ts'
import { USER_DISABLED } from '../../domain/user-refusals.ts'
import type { Attempt, SignInClient } from '../../oidc/sign-in-client.ts'
import { lockUser } from '../../queries/row-locks.ts'
import type { Sessions } from '../logins/sessions.ts'
import type { GroupMembers } from './group-members.ts'
import type { LinkedUsers } from './linked-users.ts'

/** How long a person may take at the provider (ms). */
const PATIENCE = 600_000
/** By how much the clock of a provider may differ (ms). */
const CLOCK_TOLERANCE = 30_000

/** A provider by which people sign in. */
export interface Provider {
  name: string
  /** What people call it. */
  title: string
  issuer: string
  rules: SignInRules
  client: SignInClient
}

interface ProviderLoginDeps {
  db: Db
  keyring: Keyring
  sessions: Sessions
  linkedUsers: LinkedUsers
  groupMembers: GroupMembers
  providers: readonly Provider[]
  clock: Clock
}

/** A sign-in that was begun, as the browser keeps it, sealed. */
interface Begun extends Attempt {
  provider: string
  returnTo: string
  /** The secret of the session that the browser had then, which ends with the new one. */
  replaced?: string | undefined
  /** Milliseconds since 1970. */
  at: number
}

export type ProviderLogin = ReturnType<typeof createProviderLogin>

/** Signs people in by OpenID providers. What has begun is kept by the browser, sealed: servers remember nothing of it. */
export function createProviderLogin({ db, keyring, sessions, clock, ...deps }: ProviderLoginDeps) {
  /** @throws {ServiceError} `not_found` */
  function providerOf(name: string): Provider {
    const provider = deps.providers.find((one) => one.name === name)
    if (!provider) throw notFound()
    return provider
  }

  function seal(begun: Begun): string {
    const { keyId, sealed } = keyring.seal(JSON.stringify(begun), CONTEXT)
    return `${keyId}.${Buffer.from(sealed).toString('base64url')}`
  }

  function open(text: string | undefined, provider: Provider): Begun {
    const begun = text === undefined ? undefined : unseal(text)
    const isMine = begun?.provider === provider.name && clock().getTime() - begun.at < PATIENCE
    if (begun && isMine) return begun
    throw loginRefused(
      `This browser has begun no sign-in by ${provider.title}, or more than ten minutes ago. Sign in again`,
    )
  }

  function unseal(text: string): Begun | undefined {
    const [keyId = '', sealed = ''] = text.split('.')
    try {
      const bytes = keyring.open({ keyId, sealed: Buffer.from(sealed, 'base64url') }, CONTEXT)
      return JSON.parse(bytes.toString()) as Begun
    } catch {
      return undefined
    }
  }

  return {
    /**
     * @param isFresh whether the user is to authenticate again, whatever session the provider has
     * @param replaced as in `Begun`: on the way back from the provider the browser sends no cookie of the session
     * @returns where the browser goes, and what it keeps meanwhile
     * @throws {ServiceError} `not_found`; `unavailable`
     */
    async begin(
      name: string,
      { isFresh, ...kept }: Pick<Begun, 'returnTo' | 'replaced'> & { isFresh: boolean },
    ) {
      const { client } = providerOf(name)
      const { url, attempt } = await client.start({ isFresh })
      const begun = { ...attempt, ...kept, provider: name, at: clock().getTime() }
      return { url: url.href, kept: seal(begun) }
    },

    /**
     * @param query of the address to which the provider sends the browser
     * @param kept what the browser kept
     * @throws {ServiceError} `not_found`; `login_refused`; `unavailable`
     */
    async complete(name: string, query: string, kept: string | undefined, origin: Origin) {
      const provider = providerOf(name)
      const { title, issuer, rules } = provider
      const begun = open(kept, provider)
      const claims = await provider.client.finish(query, begun)
      assertMaySignIn(title, rules, claims)
      const authenticatedAt = authenticatedAtBy(claims, clock())
      if (begun.isFresh) assertJustNow(title, authenticatedAt, begun.at)
      const identity = { issuer, subject: String(claims.sub) }
      const found = await deps.linkedUsers.findOrCreate(
        { provider: title, rules, claims, identity },
        origin,
      )
      if (!found.enabled) throw loginRefused(USER_DISABLED)
      const user = await deps.groupMembers.apply(found, rules, groupsOf(rules, claims), origin)
      const login = { user, provider: name, authenticatedAt, replaced: begun.replaced }
      const { secret } = await withTransaction(db, async (tx) => {
        await lockUser(tx, user.id)
        return sessions.open(tx, login, origin)
      })
      return { secret, returnTo: begun.returnTo }
    },

    /** Where a browser signs out of the provider of its session; null where there is nothing to do. */
    logoutUrl: async (name: string | null, back: string) =>
      (await deps.providers.find((one) => one.name === name)?.client.logoutUrl(back)) ?? null,
  }
}

const CONTEXT = 'sign-in'

/** When the user last proved to the provider who that is (OpenID Connect Core §2, `auth_time`); null where it does not say. */
function authenticatedAtBy({ auth_time: seconds }: Claims, now: Date): Date | null {
  if (typeof seconds !== 'number') return null
  return new Date(Math.min(seconds * 1000, now.getTime()))
}

function assertJustNow(title: string, authenticatedAt: Date | null, begunAt: number) {
  if (authenticatedAt && authenticatedAt.getTime() >= begunAt - CLOCK_TOLERANCE) return
  throw loginRefused(`${title} does not say that you authenticated there just now (auth_time)`)
}

import { z } from 'zod'
import { formatPreciseDate } from '../domain/dates.ts'
import { SCOPES } from '../domain/scopes.ts'
import { freshUntil, idleEnd } from '../domain/session-life.ts'
import type { Session, SessionRow } from '../services/logins/sessions.ts'
import { PreciseDateText, text } from './common.ts'
import { strictObject } from './strict-object.ts'

const TIMES = {
  created: PreciseDateText,
  expires_at: PreciseDateText.describe('When it ends, whatever happens'),
  authenticated_at: PreciseDateText.nullable().describe(
    'When the user last proved who that is; null where the provider does not say',
  ),
}

const MEANS = {
  means: z.enum(['password', 'oidc']),
  provider: z.string().nullable().describe('The one that the user signed in with'),
}

const TIMES_EXAMPLE = {
  created: '2026-11-23T13:56:36.000000Z',
  expires_at: '2026-11-24T01:56:36.000000Z',
  authenticated_at: '2026-11-23T13:56:36.000000Z',
}

const ID_EXAMPLE = '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21'

const SESSION_EXAMPLE = {
  id: ID_EXAMPLE,
  user: { username: 'alice', superuser: false },
  scopes: SCOPES,
  means: 'password',
  provider: null,
  ...TIMES_EXAMPLE,
  idle_expires_at: '2026-11-23T14:26:36.000000Z',
  fresh_until: '2026-11-23T14:06:36.000000Z',
  fresh: true,
  csrf_token: 'pZ0mV2Vb6yqHjYw1xk3tJc9sQe8uR5oLd7iTfNgAaBc',
} as const

export const SessionSchema = z
  .object({
    id: z.string(),
    user: z.object({ username: z.string(), superuser: z.boolean() }).meta({ id: 'SessionUser' }),
    scopes: z.array(z.enum(SCOPES)),
    ...MEANS,
    ...TIMES,
    idle_expires_at: PreciseDateText.describe('When it ends unless it is used before'),
    fresh_until: PreciseDateText.nullable().describe(
      'Until when the log-in counts as one of a moment ago; null where it is not known when that was',
    ),
    fresh: z.boolean().describe('Whether it does now'),
    csrf_token: z
      .string()
      .describe('What the header `X-CSRF-Token` is to hold, for the cookie to be read'),
  })
  .meta({ id: 'Session', example: SESSION_EXAMPLE })

const SignInSchema = z
  .object({
    passwords: z.enum(['all', 'superusers', 'off']).describe('Who may sign in with a password'),
    providers: z.array(
      z
        .object({ name: z.string(), title: z.string(), url: z.string() })
        .meta({ id: 'SignInProvider' }),
    ),
    problem: z.string().nullable().describe('Why nobody can sign in at this address'),
    initialize: z.boolean().describe('Whether the first user can be made (`createFirstSession`)'),
  })
  .meta({ id: 'SignIn' })

export type SignIn = z.output<typeof SignInSchema>

export const SessionStateSchema = z
  .object({
    session: SessionSchema.nullable(),
    sign_in: SignInSchema,
    registry_host: z
      .string()
      .describe('`host[:port]` of the registry, as clients log in to it (`REGISTRY_HOST`)'),
  })
  .meta({
    id: 'SessionState',
    example: {
      session: SESSION_EXAMPLE,
      sign_in: { passwords: 'all', providers: [], problem: null, initialize: false },
      registry_host: 'registry.example.com',
    },
  })

export const LogInSchema = strictObject({
  username: text().describe('Name or e-mail address of the user'),
  password: text(),
}).meta({ id: 'LogIn', example: { username: 'alice', password: 'correct-horse-battery' } })

export const FirstUserSchema = strictObject({
  username: text(),
  password: text().describe('8 characters or more, no white space'),
  email: text().optional(),
}).meta({
  id: 'FirstUser',
  example: {
    ...{ username: 'admin', password: 'correct-horse-battery' },
    email: 'admin@example.com',
  },
})

export const LogInAgainSchema = strictObject({ password: text() }).meta({
  id: 'LogInAgain',
  example: { password: 'correct-horse-battery' },
})

export const LoggedOutSchema = z
  .object({
    provider_logout: z
      .url()
      .nullable()
      .describe('Where a browser goes to log out of the provider, too'),
  })
  .meta({ id: 'LoggedOut', example: { provider_logout: null } })

const ListedSessionSchema = z
  .object({
    id: z.string(),
    ...MEANS,
    ...TIMES,
    last_seen: PreciseDateText.describe('Of its last use, to the minute'),
    address: z.string().nullable().describe('From where the user logged in'),
    agent: z.string().nullable().describe('With what'),
    current: z.boolean().describe('Whether it is the one that asks'),
  })
  .meta({ id: 'ListedSession' })

export const SessionListSchema = z.object({ sessions: z.array(ListedSessionSchema) }).meta({
  id: 'SessionList',
  example: {
    sessions: [
      {
        id: ID_EXAMPLE,
        means: 'password',
        provider: null,
        ...TIMES_EXAMPLE,
        last_seen: '2026-11-23T13:58:36.000000Z',
        address: '203.0.113.7',
        agent: 'Mozilla/5.0',
        current: true,
      },
    ],
  },
})

const precise = (date: Date | null) => date && formatPreciseDate(date)

const presentBasics = (session: SessionRow) => ({
  id: session.id,
  means: session.provider === null ? ('password' as const) : ('oidc' as const),
  provider: session.provider,
  created: formatPreciseDate(session.createdAt),
  expires_at: formatPreciseDate(session.expiresAt),
  authenticated_at: precise(session.authenticatedAt),
})

export const presentSession = (session: Session): z.output<typeof SessionSchema> => ({
  ...presentBasics(session),
  user: { username: session.username, superuser: session.superuser },
  scopes: SCOPES,
  idle_expires_at: formatPreciseDate(idleEnd(session)),
  fresh_until: precise(freshUntil(session)),
  fresh: session.isFresh,
  csrf_token: session.csrfToken,
})

export const presentListedSession = (session: SessionRow, ownId: string | undefined) => ({
  ...presentBasics(session),
  last_seen: formatPreciseDate(session.lastAccessedAt),
  address: session.ip,
  agent: session.agent,
  current: session.id === ownId,
})

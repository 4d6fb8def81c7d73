import { readFileSync } from 'node:fs'

// Answers of a running Quay, out of the transcripts of what one answered.

interface Transcript {
  scenarios: {
    id: string
    steps: { method?: string; path: string; expect: { status: number; body?: unknown } }[]
  }[]
}

/** In place of what was different in each recording. */
const VALUES: Record<string, string> = {
  rfc2822: 'Mon, 23 Nov 2026 13:56:36 -0000',
  sha256: '0'.repeat(64),
  'hex-color': '#c49c94',
  uuid: '5f2f2a34-9f0c-4a43-8f43-3c3e4b1e0a11',
}

export const RECORDED_SECRET = 'RECORDED0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJ'

/** What a GET was answered: of several for the same path, the last that was 200. */
function recorded(topic: string, scenario: string, path: string, nth = -1): unknown {
  const file = new URL(`../golden/transcripts/${topic}.json`, import.meta.url)
  const { scenarios }: Transcript = JSON.parse(readFileSync(file, 'utf8'))
  const bodies = scenarios
    .filter(({ id }) => id === scenario)
    .flatMap(({ steps }) => steps)
    .filter((step) => (step.method ?? 'GET') === 'GET' && step.path === path)
    .filter(({ expect }) => expect.status === 200)
  const body = JSON.stringify(bodies.at(nth)?.expect.body)
  if (body === undefined) throw new Error(`${topic}, ${scenario}: no answer to ${path}`)
  return JSON.parse(
    body.replaceAll(/\{\{([^}]*)\}\}/g, (_, name) => VALUES[name] ?? RECORDED_SECRET),
  )
}

const ACME = '/api/v1/organization/acme'
const WEB = '/api/v1/repository/acme/web/permissions'

/** All that is asked with the token of alice, who administers acme; in acme the team of owners is that of bob. */
export const RECORDED: Record<string, unknown> = {
  '/api/v1/user/': recorded('user-initialize-and-user', 'current-user', '/api/v1/user/', 0),
  [ACME]: recorded('organizations-teams', 'read-organization', ACME, 0),
  [`${ACME}/team/owners/members`]: recorded(
    'organizations-teams',
    'create-organization',
    '/api/v1/organization/globex/team/owners/members',
  ),
  [`${ACME}/team/devs/members`]: recorded(
    'organizations-teams',
    'members',
    `${ACME}/team/devs/members`,
    0,
  ),
  [`${ACME}/robots`]: recorded('robots-org', 'superuser-with-full-access', `${ACME}/robots`),
  [`${ACME}/robots/bot`]: recorded(
    'robots-org',
    'superuser-with-full-access',
    `${ACME}/robots/bot`,
    0,
  ),
  [`${ACME}/robots/bot/federation`]: recorded(
    'federation-config',
    'post-replaces',
    `${ACME}/robots/bot/federation`,
    0,
  ),
  '/api/v1/repository': recorded(
    'repositories-permissions',
    'list',
    '/api/v1/repository?namespace=acme',
    0,
  ),
  [`${WEB}/user/`]: recorded(
    'repositories-permissions',
    'user-permission-lifecycle',
    `${WEB}/user/`,
  ),
  [`${WEB}/team/`]: recorded(
    'repositories-permissions',
    'team-permission-lifecycle',
    `${WEB}/team/`,
  ),
  '/api/v1/repository/acme/api/permissions/user/': recorded(
    'repositories-permissions',
    'paths-with-and-without-slash',
    `${WEB}/user/`,
  ),
  '/api/v1/repository/acme/api/permissions/team/': recorded(
    'repositories-permissions',
    'paths-with-and-without-slash',
    `${WEB}/team/`,
  ),
  [`${ACME}/prototypes`]: recorded('prototypes', 'team-delegate', `${ACME}/prototypes`),
  '/api/v1/user/robots': recorded(
    'robots-user',
    'create-with-description-and-metadata',
    '/api/v1/user/robots',
  ),
  '/api/v1/user/robots/ci': recorded(
    'robots-user',
    'create-with-description-and-metadata',
    '/api/v1/user/robots/ci',
  ),
  '/api/v1/user/robots/ci/federation': recorded(
    'federation-config',
    'user-robots',
    '/api/v1/user/robots/bot/federation',
    0,
  ),
}

import { later, RETRY_FOR } from './webhook-attempts.ts'

/** What webhooks can be told of. */
export const WEBHOOK_EVENTS = [
  'admin.added',
  'exchange.failing',
  'federation.changed',
  'robot.disabled',
  'robot.expiring',
  'robot.unused',
  'secret.expiring',
  'secret.revealed',
  'token.created',
] as const

export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number]

/** An event and what is told of it; holds no secret. */
export interface WebhookEvent {
  type: WebhookEventType
  data: Readonly<Record<string, unknown>>
}

/** An event as the outbox has it. */
export interface Announcement {
  type: WebhookEventType
  /** JSON. */
  payload: string
  retryUntil: Date
}

/** @param at when it happened */
export const announcementOf = ({ type, data }: WebhookEvent, at: Date): Announcement => ({
  type,
  payload: JSON.stringify({ type, timestamp: at, data }),
  retryUntil: later(at, RETRY_FOR),
})

/** What was written to the audit log. */
interface Logged {
  kind: string
  namespaceName: string | null
  performerName: string | null
  ip: string | null
  metadata: Readonly<Record<string, unknown>>
}

type Metadata = Logged['metadata']
type Tell = (metadata: Metadata, logged: Logged) => Record<string, unknown> | undefined

const robotOf = (robot: unknown, { namespaceName }: Logged) => `${namespaceName}+${robot}`

const changedRobot =
  (change: string): Tell =>
  ({ robot }, logged) => ({ robot: robotOf(robot, logged), change })

const changedRecord =
  (change: string): Tell =>
  ({ name, issuer }) => ({ issuer_record: name, issuer, change })

const revealed =
  (secret: string, ...keys: string[]): Tell =>
  (metadata, logged) => ({
    secret,
    ...('robot' in metadata && { robot: robotOf(metadata.robot, logged) }),
    ...Object.fromEntries(keys.map((key) => [key, metadata[key]])),
    times: metadata.count ?? 1,
  })

/** Those that programs get by client credentials live an hour, and come and go all day. */
const createdApiToken: Tell = (metadata, { namespaceName }) =>
  metadata.grant_type === 'client_credentials'
    ? undefined
    : {
        kind: metadata.client_id === undefined ? 'user' : 'application',
        owner: namespaceName ?? metadata.namespace,
        name: metadata.token_name ?? metadata.name,
        scopes: metadata.scopes,
        ...(metadata.client_id !== undefined && { application: metadata.application_name }),
      }

const madeSuperuser: Tell = ({ username, superuser }) =>
  superuser === true ? { member: username, team: null } : undefined

/** By kind of the entry in the audit log. */
const TOLD: Readonly<Record<string, [WebhookEventType, Tell]>> = {
  change_robot: [
    'robot.disabled',
    ({ robot, enabled, reason }, logged) =>
      enabled === false ? { robot: robotOf(robot, logged), reason: reason ?? null } : undefined,
  ],
  create_robot_federation: ['federation.changed', changedRobot('changed')],
  delete_robot_federation: ['federation.changed', changedRobot('deleted')],
  create_issuer_record: ['federation.changed', changedRecord('created')],
  change_issuer_record: ['federation.changed', changedRecord('changed')],
  delete_issuer_record: ['federation.changed', changedRecord('deleted')],
  login_failure: [
    'exchange.failing',
    ({ robot, issuer = null, code, message }) =>
      code === undefined ? undefined : { robot, issuer, code, message },
  ],
  issuer_failure: [
    'exchange.failing',
    // No exchange fails while the issuer's keys of before serve.
    ({ issuer, fault: code, message, known_keys_serve_until: servesUntil }) =>
      servesUntil === undefined ? { robot: null, issuer, code, message } : undefined,
  ],
  create_oauth_api_token: ['token.created', createdApiToken],
  create_app_specific_token: [
    'token.created',
    ({ app_specific_token_title: name }, { namespaceName: owner }) => ({
      kind: 'app_specific',
      owner,
      name,
    }),
  ],
  create_robot_api_token: [
    'token.created',
    ({ robot, token_display_name: name, scope }) => ({
      kind: 'robot',
      owner: robot,
      name,
      scopes: String(scope).split(' '),
    }),
  ],
  org_add_team_member: [
    'admin.added',
    ({ member, team, team_role: role }) => (role === 'admin' ? { member, team } : undefined),
  ],
  org_set_team_role: [
    'admin.added',
    ({ team, role }) => (role === 'admin' ? { member: null, team } : undefined),
  ],
  user_create: ['admin.added', madeSuperuser],
  user_change_superuser: ['admin.added', madeSuperuser],
  reveal_robot_token: ['secret.revealed', revealed('robot')],
  reveal_robot_tokens: ['secret.revealed', revealed('robots')],
  export_robot_credentials: ['secret.revealed', revealed('robot', 'format')],
  reveal_application_client_secret: [
    'secret.revealed',
    revealed('application', 'application_name', 'client_id'),
  ],
  reveal_application_client_secrets: ['secret.revealed', revealed('applications')],
  reveal_app_specific_token: [
    'secret.revealed',
    revealed('app_specific_token', 'app_specific_token_title'),
  ],
}

/**
 * What webhooks are told of what was written to the audit log; undefined where that is none of their events.
 *
 * @param unlogged what the log does not show
 */
export function webhookEventOf(logged: Logged, unlogged: Metadata = {}): WebhookEvent | undefined {
  const [type, tell] = TOLD[logged.kind] ?? []
  const told = tell?.({ ...logged.metadata, ...unlogged }, logged)
  if (!type || !told) return undefined
  const { namespaceName: namespace, performerName: performer, ip } = logged
  return { type, data: { namespace, performer, ip, ...told } }
}

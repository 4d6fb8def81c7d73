import type { WebhookEvent, WebhookEventType } from './webhook-events.ts'

// What webhooks are told because time has passed: nobody did it.

/** A robot that is told of. */
export interface NoticedRobot {
  /** Short name. */
  robot: string
  ownerName: string
}

const noticeOf = (
  type: WebhookEventType,
  { robot, ownerName }: NoticedRobot,
  data: Record<string, unknown>,
): WebhookEvent => ({
  type,
  data: {
    ...{ namespace: ownerName, performer: null, ip: null },
    ...{ robot: `${ownerName}+${robot}`, ...data },
  },
})

export const secretExpiring = (
  robot: NoticedRobot,
  secret: { id: string; expiresAt: Date },
  days: number,
) =>
  noticeOf('secret.expiring', robot, {
    secret_id: secret.id,
    expires_at: secret.expiresAt,
    days,
  })

export const robotExpiring = (
  robot: NoticedRobot,
  { expiresAt }: { expiresAt: Date },
  days: number,
) => noticeOf('robot.expiring', robot, { expires_at: expiresAt, days })

export const robotUnused = (robot: NoticedRobot, lastUsed: Date | null) =>
  noticeOf('robot.unused', robot, { last_used: lastUsed })

import { z } from 'zod'
import { toLabels } from '../domain/robot-labels.ts'
import type { ShownDetails } from '../services/robots/shown-secrets.ts'
import { presentSecret, ROBOT_SECRET_EXAMPLE, RobotSecretSchema } from './robot-secret.ts'

const LastUseSchema = z
  .object({
    at: z.iso.datetime(),
    by: z.string().nullable().describe('`static`, `federated` or `api_token`'),
    address: z.string().nullable(),
    agent: z.string().nullable().describe('`User-Agent` of the program'),
    subject: z.string().optional().describe('Of the identity token of a job, of `federated`'),
  })
  .meta({ id: 'RobotLastUse', description: 'Null is what is not known, as of old uses' })

const GrantCountsSchema = z
  .object({ read: z.int(), write: z.int(), admin: z.int() })
  .meta({ id: 'RobotGrantCounts' })

/** What answers have besides where callers ask for details. */
export const ROBOT_DETAILS = {
  enabled: z.boolean(),
  disabled_reason: z.string().nullable(),
  expires_at: z.iso.datetime().nullable(),
  labels: z.record(z.string(), z.string()),
  created_by: z
    .string()
    .nullable()
    .describe('Name of who made it, as it was then; null where that is not known'),
  secrets: z
    .array(RobotSecretSchema)
    .describe('Its static tokens without their values, newest first'),
  last_used: LastUseSchema.nullable().describe('Null before the first use'),
  federation: z.int().describe('How many federation entries it has'),
  grants: GrantCountsSchema.describe(
    'In how many repositories it has each role itself, teams aside',
  ),
}

export const ROBOT_DETAILS_EXAMPLE = {
  enabled: false,
  disabled_reason: 'leaked in a build log',
  expires_at: '2027-01-31T00:00:00.000Z',
  labels: { team: 'web' },
  created_by: 'alice',
  secrets: [ROBOT_SECRET_EXAMPLE],
  last_used: {
    at: '2026-11-23T14:02:11.000Z',
    by: 'static',
    address: '203.0.113.7',
    agent: 'docker/28.0',
  },
  federation: 1,
  grants: { read: 2, write: 1, admin: 0 },
}

export const presentDetails = (robot: ShownDetails) => ({
  enabled: robot.enabled,
  disabled_reason: robot.disabledReason,
  expires_at: robot.expiresAt?.toISOString() ?? null,
  labels: toLabels(robot.labels),
  created_by: robot.createdBy,
  secrets: robot.secrets.map(presentSecret),
  last_used: robot.lastAccessedAt && {
    at: robot.lastAccessedAt.toISOString(),
    by: robot.lastAccessedBy,
    address: robot.lastAccessedIp,
    agent: robot.lastAccessedAgent,
    // Servers of the version before leave that of an earlier use where it was.
    ...(robot.lastAccessedBy === 'federated' &&
      robot.lastAccessedSubject !== null && { subject: robot.lastAccessedSubject }),
  },
  federation: robot.federationEntries,
  grants: { read: robot.readGrants, write: robot.writeGrants, admin: robot.adminGrants },
})

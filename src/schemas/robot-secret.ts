import { z } from 'zod'
import { LONGEST_API_TOKEN } from '../domain/api-token-life.ts'
import { broughtSecretProblem } from '../domain/brought-secret.ts'
import { SECRET_STATES } from '../domain/robot-secret.ts'
import { SHORTEST_SECRET } from '../domain/secret-life.ts'
import { LONGEST_GRACE } from '../domain/secret-rotation.ts'
import type { ShownSecret } from '../services/robots/shown-secrets.ts'
import { durationParam, givenTime, ownFlag } from './common.ts'
import { strictObject } from './strict-object.ts'

/** How a secret is made. */
const NewSecretQuerySchema = z.object({
  expires_in: durationParam(
    { least: SHORTEST_SECRET, most: LONGEST_API_TOKEN },
    {
      rule: 'must be a duration from 1m to 3652d such as 90d or 12h (s, m, h, d, w)',
      description:
        'How long the new secret is good, such as `90d`; without, as long as `secret_max_lifetime` of the policy allows.',
    },
  ),
})

export const NewRobotQuerySchema = NewSecretQuerySchema.extend({
  secret: ownFlag(
    true,
    'If false, the robot gets no secret, and the answer has no `token`: its jobs log in by federation.',
  ),
})

export const RotationQuerySchema = NewSecretQuerySchema.extend({
  grace: durationParam(
    { least: 0, most: LONGEST_GRACE },
    {
      rule: 'must be 0, or a duration up to 30d such as 24h (s, m, h, d, w)',
      description:
        'How long the secret so far stays good, such as `24h`, at most `30d`; without, it ends at once, as do all others.',
    },
  ),
})

export const ROBOT_SECRET_EXAMPLE = {
  id: '019400b0-7d4c-7b0a-8b52-3a3d1c6f9e21',
  created: '2026-11-23T13:56:36.000Z',
  created_by: 'alice',
  expires_at: null,
  last_used: '2026-11-23T14:20:00.000Z',
  state: 'active',
  hint: '1KZ1',
} as const

export const RobotSecretSchema = z
  .object({
    id: z.string(),
    created: z.iso.datetime(),
    created_by: z
      .string()
      .nullable()
      .describe('Name of who made it, as it was then; null where that is not known'),
    expires_at: z.iso.datetime().nullable().describe('From then on it is refused; null: never'),
    last_used: z.iso.datetime().nullable().describe('Written once a minute at most'),
    state: z
      .enum(SECRET_STATES)
      .describe(
        '`replaced`: there is a newer one, and this one is good until `expires_at`, if any',
      ),
    hint: z
      .string()
      .nullable()
      .describe('Its last four characters; null where the service has lost the key that opens it'),
  })
  .meta({ id: 'RobotSecret', example: ROBOT_SECRET_EXAMPLE })

export const RobotSecretsSchema = z
  .object({ secrets: z.array(RobotSecretSchema) })
  .meta({ id: 'RobotSecrets', example: { secrets: [ROBOT_SECRET_EXAMPLE] } })

export const BroughtSecretSchema = strictObject({
  value: z
    .string()
    .superRefine((value, context) => {
      const message = broughtSecretProblem(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .describe('The secret as it is elsewhere: 20 to 512 printable characters of ASCII'),
  expires_at: givenTime
    .nullish()
    .describe('From then on it is refused, in the future; null: never. Without, as late as may be'),
}).meta({
  id: 'BroughtRobotSecret',
  example: { value: 'E6BM1QVZ0A7TC9RKXW2D4J8HNS5LYP3UGFO1I0QZ7B6V4C2X8M9N5K3LTHRWDJSA' },
})

export const RobotSecretPatchSchema = strictObject({
  expires_at: givenTime
    .nullable()
    .describe('From then on it is refused, in the future; null: never'),
}).meta({ id: 'RobotSecretPatch', example: { expires_at: '2027-01-31T00:00:00Z' } })

export const presentSecret = (secret: ShownSecret): z.output<typeof RobotSecretSchema> => ({
  id: secret.id,
  created: secret.createdAt.toISOString(),
  created_by: secret.createdBy,
  expires_at: secret.expiresAt?.toISOString() ?? null,
  last_used: secret.lastAccessedAt?.toISOString() ?? null,
  state: secret.state,
  hint: secret.hint,
})

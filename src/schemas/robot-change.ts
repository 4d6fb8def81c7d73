import { z } from 'zod'
import type { RobotPatch } from '../domain/robot-change.ts'
import { LABEL_KEY, MAX_LABEL, MAX_LABELS } from '../domain/robot-labels.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import { countedRecord } from './bounded.ts'
import { givenTime, shortText } from './common.ts'
import { GivenMetadataSchema } from './robot.ts'
import { strictObject } from './strict-object.ts'

export const LABEL_KEY_RULE =
  `is no key of a label: it must have 1 to ${MAX_LABEL} letters, digits, . _ - and /, and begin and end with a letter ` +
  'or digit'

export const LabelKeySchema = z.string().min(1).max(MAX_LABEL).regex(LABEL_KEY)

/** Text on one line, which may be empty. */
export const line = (max: number) =>
  shortText(max).refine((value) => !/\p{Cc}/u.test(value), 'must have no control characters')

/** RFC 7396 */
export const RobotPatchSchema = strictObject({
  description: shortText(TEXT_LENGTHS.robotDescription).nullish(),
  unstructured_metadata: GivenMetadataSchema.nullish().describe(
    'What changes of it: null takes a key away',
  ),
  enabled: z
    .boolean()
    .optional()
    .describe('A robot that is not is refused everywhere, at once; what it has stays'),
  reason: line(TEXT_LENGTHS.disabledReason)
    .nullish()
    .describe('With `enabled: false`: why, for whoever is refused'),
  expires_at: givenTime
    .nullish()
    .describe('From then on the robot is refused everywhere; what it has stays. In the future'),
  // As many may be taken away as are set instead.
  labels: countedRecord(LabelKeySchema, line(MAX_LABEL).nullable(), 2 * MAX_LABELS, ({ code }) =>
    code === 'invalid_key' ? LABEL_KEY_RULE : undefined,
  )
    .nullish()
    .describe(`What changes of them: null takes one away. At most ${MAX_LABELS}`),
}).meta({
  id: 'RobotPatch',
  description: 'JSON merge patch (RFC 7396): keys that are left out stay, null takes a key away',
  example: { enabled: false, reason: 'leaked in a build log', labels: { team: 'web' } },
})

export const toRobotPatch = ({
  unstructured_metadata: unstructuredMetadata,
  expires_at: expiresAt,
  ...patch
}: z.output<typeof RobotPatchSchema>): RobotPatch => ({
  ...patch,
  unstructuredMetadata,
  expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt,
})

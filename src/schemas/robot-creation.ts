import type { z } from 'zod'
import { MOST } from '../domain/fixed-limits.ts'
import { MAX_LABEL, MAX_LABELS } from '../domain/robot-labels.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import { countedRecord, list } from './bounded.ts'
import { givenTime, shortText, text } from './common.ts'
import { ENTRY_EXAMPLE } from './federation.ts'
import { AddedEntrySchema, toEntry } from './federation-entries.ts'
import { RepositoryRoleSchema } from './grants.ts'
import { GivenMetadataSchema } from './robot.ts'
import { LABEL_KEY_RULE, LabelKeySchema, line } from './robot-change.ts'
import { strictObject } from './strict-object.ts'

/** Most repositories in which a robot is given roles while it is made. */
const MAX_PERMISSIONS = 50

export const WholeRobotSchema = strictObject({
  name: text().describe('Short, without the name of the owner'),
  description: shortText(TEXT_LENGTHS.robotDescription).optional(),
  unstructured_metadata: GivenMetadataSchema.optional(),
  labels: countedRecord(LabelKeySchema, line(MAX_LABEL), MAX_LABELS, ({ code }) =>
    code === 'invalid_key' ? LABEL_KEY_RULE : undefined,
  )
    .optional()
    .describe(`At most ${MAX_LABELS}`),
  expires_at: givenTime
    .nullish()
    .describe('From then on the robot is refused everywhere. In the future'),
  permissions: countedRecord(text(), RepositoryRoleSchema, MAX_PERMISSIONS)
    .optional()
    .describe(
      'Its role in repositories of the owner, by their names without namespace. It takes a token that reaches `repo:admin`',
    ),
  federation: list(AddedEntrySchema)
    .max(MOST.federationEntries)
    .optional()
    .describe('Which external identities may act as it'),
}).meta({
  id: 'WholeRobot',
  example: {
    name: 'ci',
    description: 'pushes what main builds',
    labels: { team: 'web' },
    permissions: { web: 'write' },
    federation: [ENTRY_EXAMPLE],
  },
})

export const toWholeRobot = ({
  unstructured_metadata: unstructuredMetadata,
  expires_at: expiresAt,
  federation,
  ...robot
}: z.output<typeof WholeRobotSchema>) => ({
  ...robot,
  unstructuredMetadata,
  expiresAt: expiresAt ? new Date(expiresAt) : undefined,
  federation: federation?.map(toEntry),
})

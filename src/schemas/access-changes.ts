import { z } from 'zod'
import { MOST_AT_ONCE } from '../domain/changes-at-once.ts'
import { list } from './bounded.ts'
import { text } from './common.ts'
import { RepositoryRoleSchema } from './grants.ts'
import { strictObject } from './strict-object.ts'

const RoleChangeSchema = strictObject({
  repository: text().describe('Its name without that of the organization'),
  kind: z.enum(['team', 'user', 'robot']),
  name: text().describe('Of a robot, the full one'),
  role: RepositoryRoleSchema.nullable().describe('Of its own; null takes it away'),
}).meta({ id: 'RoleChange' })

export const AccessChangesSchema = strictObject({
  changes: list(RoleChangeSchema)
    .min(1)
    .max(MOST_AT_ONCE)
    .describe(`All of them are made, or none: at most ${MOST_AT_ONCE}`),
}).meta({
  id: 'AccessChanges',
  example: {
    changes: [
      { repository: 'web', kind: 'robot', name: 'acme+deployer', role: 'write' },
      { repository: 'web', kind: 'team', name: 'devs', role: null },
    ],
  },
})

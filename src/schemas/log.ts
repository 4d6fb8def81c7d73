import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { formatDate } from '../domain/dates.ts'
import type { LogEntry, LogService } from '../services/audit/logs.ts'
import {
  AvatarSchema,
  DateText,
  NextPageSchema,
  PageQuerySchema,
  queryText,
  text,
} from './common.ts'

const day = (description: string) =>
  queryText.meta({ type: 'string', description: `${description}, \`MM/DD/YYYY\`, UTC` })

const Period = {
  starttime: day('First day of the log'),
  endtime: day('Last day of the log'),
}

const performer = queryText.pipe(text().optional()).meta({
  type: 'string',
  description: 'Name of the user, robot or application who did it',
})

/** Logs of a repository and of the installation are not filtered by name, as in Quay. */
export const LogQuerySchema = PageQuerySchema.extend(Period)
export const PerformerLogQuerySchema = LogQuerySchema.extend({ performer })
export const LogCountQuerySchema = z.object(Period)
export const PerformerLogCountQuerySchema = LogCountQuerySchema.extend({ performer })

const PerformerSchema = z
  .object({
    kind: z.literal('user'),
    name: z.string(),
    is_robot: z.boolean(),
    avatar: AvatarSchema,
  })
  .meta({ id: 'LogPerformer' })

const LogNamespaceSchema = z
  .object({ kind: z.enum(['user', 'org']), name: z.string(), avatar: AvatarSchema })
  .meta({ id: 'LogNamespace' })

const LogEntrySchema = z
  .object({
    kind: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    ip: z.string().nullable(),
    datetime: DateText,
    performer: PerformerSchema.optional().describe('Absent where nobody is known to have done it'),
    namespace: LogNamespaceSchema.optional().describe('Only in the log of the installation'),
  })
  .meta({ id: 'LogEntry' })

export const LogSchema = z
  .object({
    start_time: DateText,
    end_time: DateText,
    logs: z.array(LogEntrySchema).describe('The newest first, 20 at a time'),
    next_page: NextPageSchema,
  })
  .meta({
    id: 'Log',
    example: {
      start_time: 'Sun, 22 Nov 2026 13:56:36 -0000',
      end_time: 'Tue, 24 Nov 2026 13:56:36 -0000',
      logs: [
        {
          kind: 'delete_robot',
          metadata: { robot: 'deployer' },
          ip: '192.0.2.7',
          datetime: 'Mon, 23 Nov 2026 13:56:36 -0000',
          performer: {
            kind: 'user',
            name: 'alice',
            is_robot: false,
            avatar: avatar('alice', 'user'),
          },
        },
      ],
    },
  })

const LogCountSchema = z
  .object({ kind: z.string(), count: z.int(), datetime: DateText.describe('The day') })
  .meta({ id: 'LogCount' })

export const LogCountsSchema = z.object({ aggregated: z.array(LogCountSchema) }).meta({
  id: 'LogCounts',
  example: {
    aggregated: [{ kind: 'create_robot', count: 3, datetime: 'Mon, 23 Nov 2026 00:00:00 -0000' }],
  },
})

export const presentLog = (
  { start, end, entries, nextPage }: Awaited<ReturnType<LogService['list']>>,
  { withNamespace = false } = {},
): z.output<typeof LogSchema> => ({
  start_time: formatDate(start),
  end_time: formatDate(end),
  logs: entries.map((entry) => presentEntry(entry, withNamespace)),
  next_page: nextPage,
})

/** Entries keep names only, so that avatars are made from them, not from e-mail addresses. */
const presentEntry = (entry: LogEntry, withNamespace: boolean) => ({
  kind: entry.kind,
  metadata: entry.metadata,
  ip: entry.ip,
  datetime: formatDate(entry.createdAt),
  ...(entry.performerName !== null && {
    performer: {
      kind: 'user' as const,
      name: entry.performerName,
      is_robot: entry.isRobot,
      avatar: avatar(entry.performerName, entry.isRobot ? 'robot' : 'user'),
    },
  }),
  ...(withNamespace && entry.namespaceName !== null && { namespace: presentNamespace(entry) }),
})

function presentNamespace({ namespaceName: name, namespaceKind }: LogEntry) {
  const kind: 'user' | 'org' = namespaceKind === 'organization' ? 'org' : 'user'
  return { kind, name: name ?? '', avatar: avatar(name ?? '', kind) }
}

export const presentLogCounts = (counts: Awaited<ReturnType<LogService['count']>>) => ({
  aggregated: counts.map(({ kind, count, day }) => ({ kind, count, datetime: formatDate(day) })),
})

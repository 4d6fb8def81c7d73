import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { csvLine } from '../domain/csv.ts'
import { formatDate } from '../domain/dates.ts'
import type { Pieces } from '../domain/json-pieces.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import type { LogCount, LogEntry, LogPage } from '../services/audit/logs.ts'
import { AvatarSchema, DateText, detailsFlag, ownText, queryText, text } from './common.ts'
import { listOf, PageQuerySchema, presentPage } from './paging.ts'

const time = (description: string) =>
  queryText.meta({
    type: 'string',
    description:
      `${description}: a day, UTC (\`2026-11-28\` or, as in Quay, \`11/28/2026\`), or a moment with its offset ` +
      '(`2026-11-28T13:30:00Z`)',
  })

const Filters = {
  starttime: time('When the log begins'),
  endtime: time('When it ends; a day is part of it, a moment is not'),
  kind: ownText.meta({
    type: 'string',
    description: 'Kind of the entries, such as `create_robot`',
  }),
}

const robot = ownText.meta({
  type: 'string',
  description:
    'Full name of the robot that the entries are about; in the log of its owner also the short one',
})

const performer = queryText.pipe(text().optional()).meta({
  type: 'string',
  description: 'Name of the user, robot or application who did it',
})

/** The log of a repository is not filtered by name, as in Quay. */
export const LogQuerySchema = PageQuerySchema.extend({
  ...Filters,
  details: detailsFlag('Also what changed in federation entries: `metadata.changes`.'),
})
export const NamedLogQuerySchema = LogQuerySchema.extend({ performer, robot })
export const LogCountQuerySchema = z.object({
  ...Filters,
  details: detailsFlag('Also why log-ins were refused, each reason counted for itself.'),
})
export const NamedLogCountQuerySchema = LogCountQuerySchema.extend({ performer, robot })

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

export const LogSchema = listOf({
  start_time: DateText,
  end_time: DateText,
  logs: z.array(LogEntrySchema).describe(`The newest first, ${PAGE_SIZE.log} at a time`),
}).meta({
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
  .object({
    kind: z.string(),
    count: z.int(),
    datetime: DateText.describe('The day'),
    reason: z
      .string()
      .nullable()
      .optional()
      .describe(
        'With `details`, of `login_failure` the code of the exchange, or its `type`, of `issuer_failure` the `fault`; ' +
          'null of other kinds',
      ),
  })
  .meta({ id: 'LogCount' })

export const LogCountsSchema = z.object({ aggregated: z.array(LogCountSchema) }).meta({
  id: 'LogCounts',
  example: {
    aggregated: [{ kind: 'create_robot', count: 3, datetime: 'Mon, 23 Nov 2026 00:00:00 -0000' }],
  },
})

/** What is shown of entries. */
interface Shown {
  withNamespace: boolean
  /** Also what Quay's entries do not have. */
  details: boolean
}

export const presentLog = (
  { start, end, ...page }: LogPage,
  shown: Shown,
): z.output<typeof LogSchema> => ({
  start_time: formatDate(start),
  end_time: formatDate(end),
  ...presentPage('logs', page, (entry) => presentLogEntry(entry, shown)),
})

/** Quay's kinds whose entries also say here what changed. */
const WITH_CHANGES = ['create_robot_federation', 'delete_robot_federation']

function metadataOf({ kind, metadata }: LogEntry, { details }: Shown) {
  if (details || !WITH_CHANGES.includes(kind)) return metadata
  const { changes, ...published } = metadata
  return published
}

/** Avatars are made from names: entries hold no e-mail addresses. */
const presentLogEntry = (entry: LogEntry, shown: Shown) => ({
  kind: entry.kind,
  metadata: metadataOf(entry, shown),
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
  ...(shown.withNamespace &&
    entry.namespaceName !== null && { namespace: presentNamespace(entry) }),
})

function presentNamespace({ namespaceName: name, namespaceKind }: LogEntry) {
  const kind: 'user' | 'org' = namespaceKind === 'organization' ? 'org' : 'user'
  return { kind, name: name ?? '', avatar: avatar(name ?? '', kind) }
}

/** Media types that a log can be read in: the first by the page, the others with all entries at once. */
export const LOG_TYPES = ['application/json', 'text/csv', 'application/x-ndjson'] as const

const CSV_HEAD = ['datetime', 'kind', 'performer', 'is_robot', 'ip', 'namespace', 'metadata']

/** Dates in ISO 8601, metadata as JSON. */
const csvOf = (entry: LogEntry, shown: Shown) =>
  csvLine([
    ...[entry.createdAt.toISOString(), entry.kind, entry.performerName],
    ...[entry.performerName === null ? null : String(entry.isRobot), entry.ip],
    ...[entry.namespaceName, JSON.stringify(metadataOf(entry, shown))],
  ])

/** The lines of an export; the head of CSV comes before them. */
export async function* exportText(
  entries: Pieces<LogEntry>,
  type: (typeof LOG_TYPES)[number],
  shown: Shown,
): AsyncGenerator<string, string, void> {
  const lineOf = (entry: LogEntry) =>
    type === 'text/csv' ? csvOf(entry, shown) : `${JSON.stringify(presentLogEntry(entry, shown))}\n`
  let text = type === 'text/csv' ? csvLine(CSV_HEAD) : ''
  let isFirst = true
  for await (const slice of entries) {
    if (!isFirst) {
      yield text
      text = ''
    }
    isFirst = false
    text += slice.map(lineOf).join('')
  }
  return text
}

export const presentLogCounts = (counts: LogCount[], { withReasons = false } = {}) => ({
  aggregated: counts.map(({ kind, reason, count, day }) => ({
    ...{ kind, count, datetime: formatDate(day) },
    ...(withReasons && { reason }),
  })),
})

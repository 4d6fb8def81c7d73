import { z } from 'zod'
import { countedTo, MOST_COUNTED, MOST_NAMED, ROBOT_MATTERS } from '../domain/attention.ts'
import type { Attention } from '../services/robots/attention.ts'

const most = MOST_COUNTED.toLocaleString('en')

const MATTER = {
  count: z.int().describe(`How many the query lists; ${most} at most`),
  more: z.boolean().describe(`Whether there are more than ${most}`),
  query: z.string().describe('Path with parameters of the list that shows them'),
}

const MatterSchema = z.object(MATTER).meta({ id: 'AttentionMatter' })

const LoginFailuresSchema = z
  .object({
    ...MATTER,
    robots: z
      .array(
        z
          .object({
            robot: z.string().describe('Full name'),
            count: z.int(),
            query: z.string().describe('Its own'),
          })
          .meta({ id: 'AttentionRobot' }),
      )
      .describe(`Those with most failures, ${MOST_NAMED} at most`),
  })
  .meta({ id: 'AttentionLoginFailures' })

const IssuerFailuresSchema = z
  .object({
    ...MATTER,
    issuers: z
      .array(
        z
          .object({ issuer: z.string().describe('URL'), count: z.int() })
          .meta({ id: 'AttentionIssuer' }),
      )
      .describe(`Those with most failures, ${MOST_NAMED} at most`),
  })
  .meta({ id: 'AttentionIssuerFailures' })

const exampleOf = (count: number, query: string) => ({ count, more: false, query })
const ROBOTS = '/api/v1/organization/acme/robots'
const exampleLog = (kind: string) =>
  `/api/v1/organization/acme/logs?kind=${kind}&starttime=2026-11-28T13%3A30%3A00.000Z`

export const AttentionSchema = z
  .object({
    secrets_expiring: MatterSchema,
    robots_expiring: MatterSchema,
    robots_unused: MatterSchema,
    entries_without_audience: MatterSchema,
    needless_secrets: MatterSchema,
    secrets_against_policy: MatterSchema,
    issuers_against_policy: MatterSchema,
    robots_against_policy: MatterSchema,
    login_failures: LoginFailuresSchema,
    issuer_failures: IssuerFailuresSchema,
  })
  .meta({
    id: 'Attention',
    description:
      'Robots with a secret that expires within 14 days; that expire then themselves; that were not used for 90 days, or ' +
      'never; with a federation entry that names no audience; with a secret although a job used them last by federation; ' +
      'with a secret, or a federation entry for an issuer, that the policy in force would refuse today; how many robots ' +
      'there are beyond what it allows; log-ins that were refused in the last day; and times that an issuer gave no keys then',
    example: {
      secrets_expiring: exampleOf(2, `${ROBOTS}?state=secret_expiring&within=14d`),
      robots_expiring: exampleOf(0, `${ROBOTS}?state=expiring&within=14d`),
      robots_unused: exampleOf(7, `${ROBOTS}?state=unused&unused_since=90d`),
      entries_without_audience: exampleOf(0, `${ROBOTS}?state=any_audience`),
      needless_secrets: exampleOf(1, `${ROBOTS}?state=needless_secret`),
      secrets_against_policy: exampleOf(4, `${ROBOTS}?state=secret_against_policy`),
      issuers_against_policy: exampleOf(0, `${ROBOTS}?state=issuer_against_policy`),
      robots_against_policy: exampleOf(0, `${ROBOTS}?sort=last_used`),
      login_failures: {
        ...exampleOf(3, exampleLog('login_failure')),
        robots: [
          { robot: 'acme+ci', count: 3, query: `${exampleLog('login_failure')}&robot=acme%2Bci` },
        ],
      },
      issuer_failures: {
        ...exampleOf(1, exampleLog('issuer_failure')),
        issuers: [{ issuer: 'https://gitlab.example.com', count: 1 }],
      },
    },
  })

const entriesOf = <Key extends string, Value>(record: Record<Key, Value>) =>
  Object.entries(record) as [Key, Value][]

/** @param path of the owner, whose `/robots` and `/logs` show what is counted */
export function presentAttention(
  { robots, since, loginFailures, issuerFailures }: Attention,
  path: string,
): z.output<typeof AttentionSchema> {
  const logOf = (kind: string, filter: Record<string, string> = {}) =>
    `${path}/logs?${new URLSearchParams({ kind, starttime: since.toISOString(), ...filter })}`
  const matters = entriesOf(ROBOT_MATTERS).map(([name, search]) => [
    name,
    { ...countedTo(robots[name]), query: `${path}/robots?${new URLSearchParams(search)}` },
  ])
  return {
    ...(Object.fromEntries(matters) as Record<
      keyof typeof ROBOT_MATTERS,
      z.output<typeof MatterSchema>
    >),
    login_failures: {
      ...countedTo(loginFailures.count),
      query: logOf('login_failure'),
      robots: loginFailures.named.map(({ name, count }) => ({
        robot: name,
        count,
        query: logOf('login_failure', { robot: name }),
      })),
    },
    issuer_failures: {
      ...countedTo(issuerFailures.count),
      query: logOf('issuer_failure'),
      issuers: issuerFailures.named.map(({ name, count }) => ({ issuer: name, count })),
    },
  }
}

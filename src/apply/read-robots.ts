import type { StoredEntry } from '../domain/federation-entry.ts'
import { inParallel } from '../domain/in-parallel.ts'
import { entriesAt, organizationAt, robotAt } from './addresses.ts'
import { type ApiClient, AT_A_TIME } from './api-client.ts'
import type { Which } from './asked.ts'
import type { RobotState } from './organization-state.ts'

interface RobotAnswer {
  description: string
  unstructured_metadata: Record<string, unknown> | null
  enabled: boolean
  disabled_reason: string | null
  expires_at: string | null
  labels: Record<string, string>
  secrets: object[]
  federation: number
}

/** Robots of a page. */
const PAGE = 1000

/** The names of all robots of an organization, and those that are asked for; undefined for none. */
export async function readRobots(api: ApiClient, organization: string, which: Which) {
  if (which === undefined) return undefined
  const pages = await api.list<{ robots: { name: string }[]; next_page?: string }>(
    `${organizationAt(organization)}/robots?token=false&limit=${PAGE}`,
  )
  const names = pages.flatMap(({ robots }) =>
    robots.map(({ name }) => name.slice(organization.length + 1)),
  )
  const wanted = which === 'all' ? names : which.filter((name) => names.includes(name))
  const read = await inParallel(wanted, AT_A_TIME, async (name) => [
    name,
    await readRobot(api, organization, name),
  ])
  return { names, read: Object.fromEntries(read) as Record<string, RobotState> }
}

async function readRobot(api: ApiClient, organization: string, name: string): Promise<RobotState> {
  const { body, tag } = await api.get<RobotAnswer>(
    `${robotAt(organization, name)}?details=true&token=false`,
  )
  return {
    description: body.description,
    labels: body.labels,
    unstructured_metadata: body.unstructured_metadata ?? {},
    expires_at: body.expires_at,
    enabled: body.enabled,
    disabled_reason: body.disabled_reason,
    secret: body.secrets.length > 0,
    federation: body.federation > 0 ? await readEntries(api, organization, name) : [],
    tag,
  }
}

async function readEntries(api: ApiClient, organization: string, robot: string) {
  const { body } = await api.get<{ entries: (StoredEntry & { warnings: object })[] }>(
    entriesAt(organization, robot),
  )
  return body.entries.map(({ warnings, ...entry }): StoredEntry => entry)
}

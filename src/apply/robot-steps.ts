import { patchBetween } from '../domain/merge-patch.ts'
import { robotFullName } from '../domain/names.ts'
import { robotAt } from './addresses.ts'
import type { OrganizationDocument, RobotDocument } from './organization-document.ts'
import type { OrganizationState, RobotState } from './organization-state.ts'
import { changeWords, type Difference, differing, entriesOf, newWords, type Step } from './step.ts'

/** Robots, without what they reach and which jobs act as them. */
export function robotSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const { organization, robots } = said
  const steps = entriesOf(robots).flatMap(([name, robot]) => {
    const before = found.robots[name]
    return before
      ? changeSteps(organization, name, robot, before)
      : creationSteps(organization, name, robot, found)
  })
  const removals = found.names.robots
    .filter((name) => robots && robots[name] === undefined)
    .map(
      (name): Step => ({
        action: 'remove',
        thing: thingOf(organization, name),
        how: 'its secrets end at once',
        path: ['robots'],
        request: { method: 'DELETE', path: robotAt(organization, name) },
      }),
    )
  return { steps, removals }
}

const thingOf = (organization: string, name: string) => `robot ${robotFullName(organization, name)}`

const KEYS = [
  'description',
  'labels',
  'unstructured_metadata',
  'expires_at',
  'enabled',
  'disabled_reason',
] as const

/** What a robot is that was just made. */
const NEW: Omit<RobotState, 'federation' | 'secret' | 'tag'> = {
  description: '',
  labels: {},
  unstructured_metadata: {},
  expires_at: null,
  enabled: true,
  disabled_reason: null,
}

/** A robot is made with what creation takes; the rest is a change of it. */
function creationSteps(
  organization: string,
  name: string,
  said: RobotDocument,
  { effective }: OrganizationState,
): Step[] {
  const { description, unstructured_metadata } = said
  const given = { description, unstructured_metadata }
  const hasSecret = said.secret ?? effective.secretsAllowed
  const creation: Step = {
    action: 'add',
    thing: thingOf(organization, name),
    how: newWords({ ...given, secret: hasSecret ? undefined : false }),
    path: ['robots', name],
    request: {
      method: 'PUT',
      path: `${robotAt(organization, name)}${hasSecret ? '' : '?secret=false'}`,
      body: given,
    },
  }
  return [creation, ...changeSteps(organization, name, said, { ...NEW, ...defined(given) })]
}

const defined = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

function changeSteps(
  organization: string,
  name: string,
  said: RobotDocument,
  before: typeof NEW & { tag?: string },
): Step[] {
  const wanted = { ...said, expires_at: inOneForm(said.expires_at) }
  const keys = differing(wanted, { ...before }, KEYS)
  if (keys.length === 0) return []
  return [
    {
      action: 'change',
      thing: thingOf(organization, name),
      how: changeWords(keys, { ...before }, wanted),
      path: ['robots', name, ...keys.slice(0, 1)],
      request: {
        method: 'PATCH',
        path: `${robotAt(organization, name)}?token=false`,
        body: patchOf(keys, wanted, before),
        ifMatch: before.tag,
      },
    },
  ]
}

/** Times are compared as the service writes them. */
const inOneForm = (time: string | null | undefined) => time && new Date(time).toISOString()

function patchOf(keys: (typeof KEYS)[number][], said: RobotDocument, before: typeof NEW): object {
  const patch: Record<string, unknown> = {}
  for (const key of keys) {
    if (key === 'labels' || key === 'unstructured_metadata') {
      patch[key] = patchBetween(before[key], said[key] ?? {})
    } else if (key === 'disabled_reason') {
      Object.assign(patch, { enabled: false, reason: said.disabled_reason })
    } else {
      patch[key] = said[key]
    }
  }
  return patch
}

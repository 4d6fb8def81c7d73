import { memberAt, teamAt } from './addresses.ts'
import type { OrganizationDocument, TeamDocument } from './organization-document.ts'
import type { OrganizationState } from './organization-state.ts'
import { changeWords, type Difference, differing, entriesOf, newWords, type Step } from './step.ts'

/** Teams, without who is in them. */
export function teamSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const { organization, teams } = said
  const steps = entriesOf(teams).flatMap(([name, team]) => {
    const step = teamStep(organization, name, team, found)
    return step ? [step] : []
  })
  const removals = entriesOf(teams && found.teams)
    .filter(([name]) => teams?.[name] === undefined)
    .map(
      ([name]): Step => ({
        action: 'remove',
        thing: teamWords(organization, name),
        path: ['teams'],
        request: { method: 'DELETE', path: teamAt(organization, name) },
      }),
    )
  return { steps, removals }
}

const teamWords = (organization: string, name: string) => `team ${name} of ${organization}`

function teamStep(
  organization: string,
  name: string,
  said: TeamDocument,
  { teams }: OrganizationState,
): Step | undefined {
  const before = teams[name]
  const { role = before?.role ?? 'member', description } = said
  const wanted = { role, description }
  const keys = before && differing(wanted, { ...before }, ['role', 'description'])
  if (keys?.length === 0) return undefined
  return {
    action: before ? 'change' : 'add',
    thing: teamWords(organization, name),
    how: before && keys ? changeWords(keys, { ...before }, wanted) : newWords(wanted),
    path: ['teams', name],
    request: { method: 'PUT', path: teamAt(organization, name), body: wanted },
  }
}

/** Who is in teams. */
export function memberSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const { organization, teams } = said
  const differences = entriesOf(teams).map(([team, { members }]) => {
    const before = found.teams[team]?.members ?? []
    const step = (action: 'add' | 'remove', member: string, path: (string | number)[]): Step => ({
      action,
      thing: `member ${member} of team ${team} of ${organization}`,
      path: ['teams', team, 'members', ...path],
      request: {
        method: action === 'add' ? 'PUT' : 'DELETE',
        path: memberAt(organization, team, member),
      },
    })
    return {
      steps: (members ?? []).flatMap((member, index) =>
        before.includes(member) ? [] : [step('add', member, [index])],
      ),
      removals: before
        .filter((member) => members !== undefined && !members.includes(member))
        .map((member) => step('remove', member, [])),
    }
  })
  return {
    steps: differences.flatMap(({ steps }) => steps),
    removals: differences.flatMap(({ removals }) => removals),
  }
}

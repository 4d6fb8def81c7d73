import { mergePatch, patchBetween } from '../domain/merge-patch.ts'
import { didYouMean } from '../domain/nearest-name.ts'
import type { OrganizationDocument } from './organization-document.ts'
import type { OrganizationState } from './organization-state.ts'
import { entriesOf, isSame } from './step.ts'
import type { Path } from './yaml-values.ts'

/** Somebody or something that a document refers to. */
export interface Reference {
  kind: 'user' | 'robot' | 'team'
  /** Of a robot of the organization, the short name. */
  name: string
  path: Path
}

/** All that a document refers to by name. */
export const referencesOf = (document: OrganizationDocument): Reference[] => [
  ...membersOf(document),
  ...granteesOf(document),
  ...defaultsOf(document),
]

const membersOf = ({ organization, teams }: OrganizationDocument) =>
  entriesOf(teams).flatMap(([team, { members = [] }]) =>
    members.map((member, index) => ({
      ...memberOf(member, organization),
      path: ['teams', team, 'members', index],
    })),
  )

const KINDS = ['user', 'robot', 'team'] as const

const granteesOf = ({ repositories }: OrganizationDocument) =>
  entriesOf(repositories).flatMap(([repository, { permissions = {} }]) =>
    KINDS.flatMap((kind) =>
      entriesOf(permissions[`${kind}s`]).map(([name]) => ({
        ...{ kind, name },
        path: ['repositories', repository, 'permissions', `${kind}s`, name],
      })),
    ),
  )

const defaultsOf = ({ default_permissions: defaults = [] }: OrganizationDocument) =>
  defaults.flatMap(({ created_by: maker, ...one }, index): Reference[] => {
    const path = ['default_permissions', index]
    const given = [
      ...KINDS.map((kind) => [kind, kind, one[kind]] as const),
      ['user', 'created_by', maker] as const,
    ]
    return given.flatMap(([kind, key, name]) =>
      name ? [{ kind, name, path: [...path, key] }] : [],
    )
  })

function memberOf(member: string, organization: string): Omit<Reference, 'path'> {
  const own = `${organization}+`
  return member.startsWith(own)
    ? { kind: 'robot', name: member.slice(own.length) }
    : { kind: 'user', name: member }
}

/** Names of what is there, or will be, by kind; undefined where that is not known. */
export function knownNames(
  { robots, teams }: OrganizationDocument,
  found: OrganizationState,
  prune: boolean,
) {
  // What is not named goes, so that nothing can refer to it.
  const ofKind = (said: object | undefined, there: readonly string[]) =>
    said && [...Object.keys(said), ...(prune ? [] : there)]
  return {
    robot: ofKind(robots, found.names.robots),
    team: ofKind(teams, Object.keys(found.teams)) ?? (found.exists ? undefined : []),
  }
}

export const missingWords = ({ kind, name }: Reference, known: readonly string[] = []) =>
  `there is no ${kind} ${name}${known.length > 0 && kind !== 'user' ? ` (${didYouMean(name, known.slice(0, MOST_NAMED))})` : ''}`

/** Names that a message may list. */
const MOST_NAMED = 20

/** What the API could not do of what a document says. @param now of the service, roughly */
export function* impossible(
  { robots }: OrganizationDocument,
  found: OrganizationState,
  now: Date,
): Generator<[Path, string]> {
  for (const [name, { expires_at: end, unstructured_metadata: metadata }] of entriesOf(robots)) {
    const before = found.robots[name]
    if (end && !isSame(timeOf(end), timeOf(before?.expires_at)) && new Date(end) <= now) {
      yield [
        ['robots', name, 'expires_at'],
        `robots.${name}: ${end} has passed: write a later time, or enabled: false`,
      ]
    }
    const old = before?.unstructured_metadata
    if (old && metadata && !isSame(mergePatch(old, patchBetween(old, metadata)), metadata)) {
      yield [
        ['robots', name, 'unstructured_metadata'],
        `robots.${name}: unstructured_metadata of a robot that is there cannot get a null`,
      ]
    }
  }
}

const timeOf = (text: string | null | undefined) => (text ? new Date(text).getTime() : null)

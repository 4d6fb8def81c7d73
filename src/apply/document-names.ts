import { isForeignRobot } from '../domain/grantee.ts'
import { assertRobotName, isName } from '../domain/names.ts'
import { isOciName } from '../domain/repository-name.ts'

export const NAME_RULE =
  'must have 2 to 255 characters: lower-case letters, digits, and single . _ - between them'

interface Receiver {
  user?: string | undefined
  robot?: string | undefined
  team?: string | undefined
  created_by?: string | undefined
}

/** Whom a default permission is for, as a text that can be compared. */
export const receiverOf = ({ user, robot, team, created_by }: Receiver) =>
  JSON.stringify([user, robot, team, created_by].map((name) => name ?? null))

interface NamingDocument {
  organization: string
  teams?: Record<string, { members?: string[] | undefined }> | undefined
  robots?: object | undefined
  repositories?: object | undefined
  default_permissions?: Receiver[] | undefined
}

type Problem = [path: (string | number)[], message: string]

/** Names that cannot be, and what is there twice. */
export const nameProblems = (document: NamingDocument): Problem[] => [
  ...teamProblems(document),
  ...robotProblems(document),
  ...Object.keys(document.repositories ?? {})
    .filter((name) => !isOciName(`${document.organization}/${name}`))
    .map((name): Problem => [['repositories', name], 'is no name of a repository']),
  ...repeated((document.default_permissions ?? []).map(receiverOf)).map(
    (index): Problem => [
      ['default_permissions', index],
      'the same user, robot or team is there twice',
    ],
  ),
]

const teamProblems = ({ organization, teams = {} }: NamingDocument) =>
  Object.entries(teams).flatMap(([name, { members = [] }]): Problem[] => {
    const path = ['teams', name]
    const at = (index: number) => [...path, 'members', index]
    const twice = repeated(members).map(
      (index): Problem => [at(index), `${members[index]} is there twice`],
    )
    const foreign = members.flatMap((member, index): Problem[] =>
      isForeignRobot(member, organization)
        ? [[at(index), `${member} is a robot of somebody else`]]
        : [],
    )
    return [...(isName(name) ? [] : [[path, NAME_RULE] satisfies Problem]), ...twice, ...foreign]
  })

const robotProblems = ({ organization, robots = {} }: NamingDocument) =>
  Object.keys(robots).flatMap((name): Problem[] => {
    try {
      assertRobotName(organization, name)
      return []
    } catch (error) {
      return [[['robots', name], (error as Error).message]]
    }
  })

const repeated = (texts: readonly string[]) =>
  [...texts.keys()].filter((index) => texts.indexOf(texts[index] ?? '') < index)

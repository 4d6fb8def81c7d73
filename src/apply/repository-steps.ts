import type { RepositoryRole } from '../domain/repository-roles.ts'
import { type GranteeKind, permissionAt, prototypesAt, repositoryAt } from './addresses.ts'
import { receiverOf } from './document-names.ts'
import type {
  DefaultPermissionDocument,
  OrganizationDocument,
  RepositoryDocument,
} from './organization-document.ts'
import type { OrganizationState, RepositoryState } from './organization-state.ts'
import { changeWords, type Difference, differing, entriesOf, newWords, type Step } from './step.ts'

/** Repositories, without who may what in them. */
export function repositorySteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const { organization, repositories } = said
  const steps = entriesOf(repositories).flatMap(([name, repository]) => {
    const before = found.repositories[name]
    return before
      ? changeSteps(organization, name, repository, before)
      : [creationStep(organization, name, repository)]
  })
  const removals = found.names.repositories
    .filter((name) => repositories && repositories[name] === undefined)
    .map(
      (name): Step => ({
        action: 'remove',
        thing: thingOf(organization, name),
        path: ['repositories'],
        request: { method: 'DELETE', path: repositoryAt(organization, name) },
      }),
    )
  return { steps, removals }
}

const thingOf = (organization: string, name: string) => `repository ${organization}/${name}`

function creationStep(organization: string, name: string, said: RepositoryDocument): Step {
  const { visibility = 'private', description = '' } = said
  return {
    action: 'add',
    thing: thingOf(organization, name),
    how: newWords({ visibility, description }),
    path: ['repositories', name],
    request: {
      method: 'POST',
      path: '/api/v1/repository',
      body: { namespace: organization, repository: name, visibility, description },
    },
  }
}

function changeSteps(
  organization: string,
  name: string,
  said: RepositoryDocument,
  before: RepositoryState,
): Step[] {
  const path = repositoryAt(organization, name)
  return differing(said, before, ['visibility', 'description']).map((key) => ({
    action: 'change',
    thing: thingOf(organization, name),
    how: changeWords([key], { ...before }, { ...said }),
    path: ['repositories', name, key],
    request:
      key === 'visibility'
        ? { method: 'POST', path: `${path}/changevisibility`, body: { visibility: said[key] } }
        : { method: 'PUT', path, body: { description: said[key] } },
  }))
}

const KINDS = ['teams', 'robots', 'users'] as const

/** Who may what in repositories. */
export function permissionSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const lists = entriesOf(said.repositories).flatMap(([repository, { permissions }]) =>
    KINDS.flatMap((kind) => {
      const roles = permissions?.[kind]
      const before = found.repositories[repository]?.permissions[kind] ?? {}
      return roles ? [{ repository, kind, roles, before }] : []
    }),
  )
  const step = (
    action: Step['action'],
    { repository, kind }: { repository: string; kind: GranteeKind },
    name: string,
    role: RepositoryRole,
    how?: string,
  ): Step => ({
    action,
    thing: `role ${role} of ${kind.slice(0, -1)} ${name} in ${said.organization}/${repository}`,
    how,
    path: ['repositories', repository, 'permissions', kind, ...(action === 'remove' ? [] : [name])],
    request: {
      method: action === 'remove' ? 'DELETE' : 'PUT',
      path: permissionAt({ organization: said.organization, repository }, kind, name),
      ...(action !== 'remove' && { body: { role } }),
    },
  })
  return {
    steps: lists.flatMap((list) =>
      entriesOf(list.roles).flatMap(([name, role]) => {
        const old = list.before[name]
        if (old === role) return []
        return old
          ? [step('change', list, name, role, `it was ${old}`)]
          : [step('add', list, name, role)]
      }),
    ),
    removals: lists.flatMap((list) =>
      entriesOf(list.before)
        .filter(([name]) => list.roles[name] === undefined)
        .map(([name, role]) => step('remove', list, name, role)),
    ),
  }
}

/** Roles in each new repository. */
export function defaultPermissionSteps(
  { organization, default_permissions: said }: OrganizationDocument,
  { defaultPermissions: found }: OrganizationState,
): Difference {
  if (!said) return { steps: [], removals: [] }
  const address = prototypesAt(organization)
  const before = new Map(found.map((one) => [receiverOf(one), one]))
  const steps = said.flatMap((wanted, index): Step[] => {
    const old = before.get(receiverOf(wanted))
    if (old?.role === wanted.role) return []
    const path = ['default_permissions', index]
    const thing = defaultWords(wanted, organization)
    const { role } = wanted
    return old
      ? [
          {
            action: 'change',
            thing,
            how: `it was ${old.role}`,
            path,
            request: { method: 'PUT', path: `${address}/${old.id}`, body: { role } },
          },
        ]
      : [{ action: 'add', thing, path, request: creationOf(wanted, organization) }]
  })
  const kept = new Set(said.map((wanted) => before.get(receiverOf(wanted))?.id))
  const removals = found
    .filter(({ id }) => !kept.has(id))
    .map(
      (one): Step => ({
        action: 'remove',
        thing: defaultWords(one, organization),
        path: ['default_permissions'],
        request: { method: 'DELETE', path: `${address}/${one.id}` },
      }),
    )
  return { steps, removals }
}

function defaultWords(one: DefaultPermissionDocument, organization: string): string {
  const receiver = one.team
    ? `team ${one.team}`
    : one.robot
      ? `robot ${one.robot}`
      : `user ${one.user}`
  const maker = one.created_by ? ` that ${one.created_by} makes` : ''
  return `role ${one.role} of ${receiver} in new repositories of ${organization}${maker}`
}

const creationOf = (wanted: DefaultPermissionDocument, organization: string) => ({
  method: 'POST' as const,
  path: prototypesAt(organization),
  body: {
    role: wanted.role,
    delegate: wanted.team
      ? { kind: 'team', name: wanted.team }
      : { kind: 'user', name: wanted.user ?? `${organization}+${wanted.robot}` },
    ...(wanted.created_by && { activating_user: { name: wanted.created_by } }),
  },
})

import type { FederationEntry } from './federation-entry.ts'
import type { OrganizationRole } from './organization-roles.ts'
import type { RepositoryRole } from './repository-roles.ts'
import type { Metadata } from './robot-metadata.ts'

// What a running Quay has, thing by thing, as it is taken over from there.

export interface SourceUser {
  kind: 'user'
  name: string
  /** Undefined: not shown to the token that it was read with. */
  email: string | undefined
  /** As the address. */
  enabled: boolean | undefined
}

export interface SourceOrganization {
  kind: 'organization'
  name: string
  /** Users, and robots by their full names, who administer it there. */
  administrators: string[]
  /** The team that it begins with here, and the user who begins it; undefined where no user administers it there. */
  beginning: { team: string; description: string; founder: string } | undefined
}

export interface SourceSettings {
  kind: 'settings'
  organization: string
  email: string | null
  invoiceEmail: boolean
  invoiceEmailAddress: string | null
  /** Seconds. */
  tagExpirationS: number
}

export interface SourceTeam {
  kind: 'team'
  organization: string
  name: string
  role: OrganizationRole
  description: string
}

export interface SourceMember {
  kind: 'member'
  organization: string
  team: string
  /** Of a robot, the full name. */
  name: string
}

export interface SourceRobot {
  kind: 'robot'
  owner: string
  /** The short one. */
  name: string
  description: string
  metadata: Metadata | null
  /** Null: it has none there. */
  secret: string | null
}

export interface SourceRepository {
  kind: 'repository'
  namespace: string
  name: string
  visibility: 'public' | 'private'
  description: string
}

export interface SourcePermission {
  kind: 'permission'
  namespace: string
  repository: string
  grantee: SourceGrantee
  role: RepositoryRole
}

export interface SourceDefaultPermission {
  kind: 'default_permission'
  organization: string
  grantee: SourceGrantee
  activatingUser: string | undefined
  role: RepositoryRole
}

export interface SourceFederationEntry {
  kind: 'federation'
  owner: string
  /** The short name. */
  robot: string
  entry: FederationEntry
}

/** A team, or a user or a robot, the latter by its full name. */
export interface SourceGrantee {
  kind: 'account' | 'team'
  name: string
}

/** One thing that can be taken over by itself. */
export type SourceThing =
  | SourceUser
  | SourceOrganization
  | SourceSettings
  | SourceTeam
  | SourceMember
  | SourceRobot
  | SourceRepository
  | SourcePermission
  | SourceDefaultPermission
  | SourceFederationEntry

export type ThingKind = SourceThing['kind']

/** In the order in which they are taken over: what others need comes first. */
export const THING_KINDS = [
  ...['user', 'organization', 'settings', 'team', 'robot', 'member', 'repository'],
  ...['permission', 'default_permission', 'federation'],
] as readonly ThingKind[]

/** What a thing is called, in reports; kind and name together are its own. */
export function nameOf(thing: SourceThing): string {
  switch (thing.kind) {
    case 'user':
    case 'organization':
      return thing.name
    case 'settings':
      return thing.organization
    case 'team':
      return `${thing.organization}/${thing.name}`
    case 'member':
      return `${thing.name} in ${thing.organization}/${thing.team}`
    case 'robot':
      return `${thing.owner}+${thing.name}`
    case 'repository':
      return `${thing.namespace}/${thing.name}`
    case 'permission':
      return `${granteeName(thing.grantee)} in ${thing.namespace}/${thing.repository}`
    case 'default_permission':
      return `${granteeName(thing.grantee)} in ${thing.organization}${
        thing.activatingUser === undefined ? '' : `, where ${thing.activatingUser} creates`
      }`
    case 'federation':
      return `${thing.entry.issuer} ${thing.entry.subject} as ${thing.owner}+${thing.robot}`
  }
}

const granteeName = ({ kind, name }: SourceGrantee) => (kind === 'team' ? `team ${name}` : name)

/** Identifies a thing that others need. Users and organizations share their names. */
export const keyOf = (thing: SourceThing): string =>
  thing.kind === 'user' || thing.kind === 'organization'
    ? accountKey(thing.name)
    : `${thing.kind} ${nameOf(thing)}`

const accountKey = (name: string) => (name.includes('+') ? `robot ${name}` : `account ${name}`)

const granteeKey = (organization: string, { kind, name }: SourceGrantee) =>
  kind === 'team' ? `team ${organization}/${name}` : accountKey(name)

/** The keys of what must be there before a thing. */
export function needsOf(thing: SourceThing): string[] {
  switch (thing.kind) {
    case 'user':
      return []
    case 'organization':
      return thing.beginning ? [accountKey(thing.beginning.founder)] : []
    case 'settings':
    case 'team':
      return [accountKey(thing.organization)]
    case 'member':
      return [`team ${thing.organization}/${thing.team}`, accountKey(thing.name)]
    case 'robot':
      return [accountKey(thing.owner)]
    case 'repository':
      return [accountKey(thing.namespace)]
    case 'permission':
      return [
        `repository ${thing.namespace}/${thing.repository}`,
        granteeKey(thing.namespace, thing.grantee),
      ]
    case 'default_permission':
      return [
        accountKey(thing.organization),
        granteeKey(thing.organization, thing.grantee),
        ...(thing.activatingUser === undefined ? [] : [accountKey(thing.activatingUser)]),
      ]
    case 'federation':
      return [`robot ${thing.owner}+${thing.robot}`]
  }
}

/** What is there, and is not taken over. */
export interface NotTaken {
  kind: string
  name: string
  /** For the operator; holds no secret. */
  why: string
}

/** What was read from a Quay. */
export interface SourceContent {
  /** In the order of `THING_KINDS`. */
  things: SourceThing[]
  notTaken: NotTaken[]
  /** What of the things has no place here, so that they come without it. */
  without: NotTaken[]
}

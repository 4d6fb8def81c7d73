import type { OrganizationDocument } from './organization-document.ts'

/** Those named, or all; undefined: none. */
export type Which = 'all' | readonly string[] | undefined

/** What of an organization is to be read. */
export interface Asked {
  issuers: boolean
  teams: boolean
  membersOf: (team: string) => boolean
  robots: Which
  repositories: Which
  defaultPermissions: boolean
  policy: boolean
}

export const EVERYTHING: Asked = {
  issuers: true,
  teams: true,
  membersOf: () => true,
  robots: 'all',
  repositories: 'all',
  defaultPermissions: true,
  policy: true,
}

/** What a document speaks of. */
export const askedBy = (document: OrganizationDocument): Asked => ({
  issuers: document.issuers !== undefined,
  teams: document.teams !== undefined,
  membersOf: (team) => document.teams?.[team]?.members !== undefined,
  robots: document.robots && Object.keys(document.robots),
  repositories: document.repositories && Object.keys(document.repositories),
  defaultPermissions: document.default_permissions !== undefined,
  policy: document.policy !== undefined,
})

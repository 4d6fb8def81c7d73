import type { components } from '../generated/openapi.d.ts'

export type Role = components['schemas']['RepositoryAccess']['role']
export type Access = components['schemas']['RepositoryAccess']
type Source = components['schemas']['AccessSource']

/** The lowest first. */
export const ROLES: Record<Role, string> = {
  read: 'read: pull',
  write: 'write: pull and push',
  admin: 'admin: all, and say who else may',
}

/** As in `ROLES`, or none of its own. */
export const OWN_ROLES: Record<Role | 'none', string> = { none: 'none of its own', ...ROLES }

/** The role that somebody was given directly. */
export const ownRole = ({ sources }: Pick<Access, 'sources'>): Role | 'none' =>
  sources.find(({ from }) => from === 'direct')?.role ?? 'none'

/** `write by team devs` */
export function sourceInWords({ role, from, team }: Source): string {
  if (from === 'direct') return `${role}, given directly`
  if (from === 'team') return `${role} by team ${team}`
  return `${role} in all repositories, by team ${team}`
}

/** Whether the role that counts is not one of its own. */
export const isInherited = (access: Access): boolean => ownRole(access) !== access.role

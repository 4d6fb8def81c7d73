export type TeamRole = 'member' | 'creator' | 'admin'

/** What its members may do in the organization, beside what it is given in repositories. */
export const TEAM_ROLES: Record<TeamRole, string> = {
  member: 'member: sees it',
  creator: 'creator: makes repositories, too',
  admin: 'admin: administers all of it',
}

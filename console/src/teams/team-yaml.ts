import { organizationYaml } from '../parts/organization-yaml.ts'
import type { TeamRole } from './team-roles.ts'
import type { TeamAddress } from './teams-query.ts'

interface Team {
  role?: TeamRole
  description?: string
  /** Who joins; those who are in it stay. */
  members?: string[]
}

/** The file by which `quay-robots apply` makes a team so. */
export const teamYaml = ({ organization, team }: TeamAddress, settings: Team) =>
  organizationYaml({ kind: 'orgs', name: organization }, { teams: { [team]: settings } })

import { z } from 'zod'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Access } from '../plugins/access.ts'
import type { OwnName } from '../services/access/namespace-access.ts'

/** Path parameters of everything about one organization. */
export const organizationParams = z.object({
  orgname: z.string().describe('The name of the organization'),
})

/** Path parameters of one team. */
export const teamParams = organizationParams.extend({
  teamname: z.string().describe('The name of the team'),
})

/** For administrators of the organization, unless another role suffices. */
export const organizationAccess = (ownName: OwnName, role: OrganizationRole = 'admin') =>
  ({
    kind: 'organization',
    role,
    scopes: [['org:admin'], ['super:user']],
    ownName,
  }) as const satisfies Access

import { ROLES } from './roles.ts'

/** What the roles in a table let do, below it. */
export const RoleLegend = () => <p className="quiet">{Object.values(ROLES).join(' · ')}</p>

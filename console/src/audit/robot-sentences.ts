import type { Facts } from './log-entry.ts'

/** The change that matters most, where several were made at once. */
export function changedRobot({ who, robot, of, timeOf }: Facts): string {
  if (of('enabled') === 'true') return `${who} enabled robot ${robot}`
  if (of('enabled') === 'false') {
    return `${who} disabled robot ${robot}${of('reason') && `: ${of('reason')}`}`
  }
  if (of('expires_at')) return `${who} let robot ${robot} expire on ${timeOf('expires_at')}`
  return `${who} changed robot ${robot}`
}

export const madeSecret = ({ who, robot, of, timeOf }: Facts): string =>
  `${who} made a new secret of robot ${robot}` +
  (of('replaced_until') && `; the one before is good until ${timeOf('replaced_until')}`)

export const madeRobot = ({ who, robot, of }: Facts): string =>
  `${who} made robot ${robot}${of('secret') === 'false' ? ', without a secret' : ''}`

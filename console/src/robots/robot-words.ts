import type { components } from '../generated/openapi.d.ts'
import type { ListedRobot } from './robots-query.ts'

type Grants = components['schemas']['RobotGrantCounts']

/** `secret, federated (2)`; nothing where the caller is not told. */
export function signsInBy({ secrets, federation }: ListedRobot): string {
  if (secrets === undefined || federation === undefined) return ''
  const good = secrets.filter(({ state }) => state !== 'expired').length
  const ways = [
    good === 1 && 'secret',
    good > 1 && `secrets (${good})`,
    federation > 0 && `federated (${federation})`,
  ]
  return ways.filter(Boolean).join(', ') || 'nothing'
}

/** `3 write, 1 admin`: in how many repositories it has which role itself. */
export function accessOf(grants: Grants | undefined): string {
  if (!grants) return ''
  const roles = (['read', 'write', 'admin'] as const).filter((role) => grants[role] > 0)
  return roles.map((role) => `${grants[role]} ${role}`).join(', ') || 'nothing of its own'
}

const MEANS: Record<string, string> = {
  static: 'with a secret',
  federated: 'by federation',
  api_token: 'with an API token',
}

export const byOf = (means: string): string => MEANS[means] ?? means

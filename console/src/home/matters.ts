import type { components } from '../generated/openapi.d.ts'

export type Matter = keyof components['schemas']['Attention']

/** What needs attention, in the order of urgency: what follows the number, of one and of several. */
export const MATTERS: Record<Matter, readonly [one: string, several: string]> = {
  login_failures: ['log-in refused since yesterday', 'log-ins refused since yesterday'],
  issuer_failures: [
    'time that an issuer gave no keys since yesterday',
    'times that an issuer gave no keys since yesterday',
  ],
  secrets_expiring: [
    'robot with a secret that expires within 14 days; one that was replaced counts until it ends',
    'robots with a secret that expires within 14 days; one that was replaced counts until it ends',
  ],
  robots_expiring: ['robot that expires within 14 days', 'robots that expire within 14 days'],
  secrets_against_policy: [
    'robot with a secret that the policy would refuse now',
    'robots with a secret that the policy would refuse now',
  ],
  issuers_against_policy: [
    'robot with an issuer that the policy would refuse now',
    'robots with an issuer that the policy would refuse now',
  ],
  robots_against_policy: [
    'robot more than the policy allows',
    'robots more than the policy allows',
  ],
  entries_without_audience: [
    'robot that takes tokens made for other services',
    'robots that take tokens made for other services',
  ],
  needless_secrets: [
    'robot with a secret, although its jobs sign in by federation',
    'robots with a secret, although their jobs sign in by federation',
  ],
  robots_unused: [
    'robot not used yet, or not for 90 days; new and disabled ones count, too',
    'robots not used yet, or not for 90 days; new and disabled ones count, too',
  ],
}

/** What tells of no danger: a robot is not used on its first day. */
export const CAN_WAIT: readonly Matter[] = ['needless_secrets', 'robots_unused']

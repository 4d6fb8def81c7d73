import type { components } from '../generated/openapi.d.ts'

export type Matter = keyof components['schemas']['Attention']

/** What needs attention, in the order of urgency, after its number. */
export const MATTERS: Record<Matter, string> = {
  login_failures: 'log-ins refused since yesterday',
  issuer_failures: 'times that an issuer gave no keys since yesterday',
  secrets_expiring: 'robots with a secret that expires within 14 days',
  robots_expiring: 'robots that expire within 14 days',
  secrets_against_policy: 'robots with a secret that the policy would refuse now',
  issuers_against_policy: 'robots with an issuer that the policy would refuse now',
  robots_against_policy: 'robots more than the policy allows',
  entries_without_audience: 'robots that take tokens made for other services',
  needless_secrets: 'robots with a secret that federation has made needless',
  robots_unused: 'robots not used for 90 days, or never',
}

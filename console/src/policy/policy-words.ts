import type { components } from '../generated/openapi.d.ts'

export type Policy = components['schemas']['RobotPolicy']

/** What each key of a policy decides. */
export const TITLES: Record<keyof Policy, string> = {
  secret_max_lifetime: 'Longest life of a secret',
  secret_visibility: 'Secrets are shown',
  secrets_allowed: 'Secrets',
  federation_audiences: 'Audiences of federation entries',
  trusted_issuers: 'Trusted issuers',
  identity_token_as_password: 'Identity tokens as passwords at the registry',
  robots_max: 'Most robots',
}

const AS_INSTALLATION = { '': 'As the installation decides' }

/** Of keys that have a few values. */
export const CHOICES = {
  secret_visibility: {
    ...AS_INSTALLATION,
    always: 'Again and again',
    once: 'When they are made, never again',
  },
  secrets_allowed: {
    ...AS_INSTALLATION,
    true: 'Allowed',
    false: 'None: robots sign in by federation',
  },
  federation_audiences: {
    ...AS_INSTALLATION,
    optional: 'Not needed',
    default: 'That of the service, where none is named',
    required: 'Required',
  },
  trusted_issuers: {
    ...AS_INSTALLATION,
    any: 'Any',
    listed: 'Those that are listed under Issuers, or by the operator',
  },
  identity_token_as_password: {
    ...AS_INSTALLATION,
    true: 'Taken',
    false: 'Refused: they are exchanged first',
  },
} as const

/** What a form says: text for each key, '' where the installation decides. */
export type PolicyDraft = Record<keyof Policy, string>

export const draftOf = (policy: Policy): PolicyDraft =>
  Object.fromEntries(
    Object.keys(TITLES).map((key) => [key, String(policy[key as keyof Policy] ?? '')]),
  ) as PolicyDraft

const parsed = (key: string, text: string) => {
  if (text === 'true' || text === 'false') return text === 'true'
  return key === 'robots_max' && /^\d+$/.test(text) ? Number(text) : text
}

/** As the service takes it: keys that the installation decides are left out. */
export const policyOf = (draft: PolicyDraft): Policy =>
  Object.fromEntries(
    Object.entries(draft)
      .filter(([, text]) => text !== '')
      .map(([key, text]) => [key, parsed(key, text)]),
  )

/** A value as words. */
export function wordsOf(policy: Policy, key: keyof Policy): string {
  const text = draftOf(policy)[key]
  const titles: Record<string, string> = key in CHOICES ? CHOICES[key as keyof typeof CHOICES] : {}
  return titles[text] ?? (/^\d+$/.test(text) ? Number(text).toLocaleString('en') : text)
}

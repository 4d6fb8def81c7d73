import { isNoStricter } from '../domain/robot-policy.ts'
import { issuerAt, organizationAt, policyAt } from './addresses.ts'
import type { IssuerDocument, OrganizationDocument } from './organization-document.ts'
import type { OrganizationState, Settings } from './organization-state.ts'
import {
  changeWords,
  type Difference,
  differing,
  entriesOf,
  isSame,
  newWords,
  type Step,
} from './step.ts'

const SETTINGS = ['email', 'invoice_email', 'invoice_email_address', 'tag_expiration_s'] as const

/** What a new organization is without more. */
const NEW: Omit<Settings, 'tag_expiration_s'> & { tag_expiration_s?: number } = {
  email: '',
  invoice_email: false,
  invoice_email_address: null,
}

/** The organization itself. */
export function organizationSteps(said: OrganizationDocument, found: OrganizationState): Step[] {
  const { organization } = said
  const path = ['organization']
  const steps: Step[] = []
  if (!found.exists) {
    steps.push({
      action: 'add',
      thing: `organization ${organization}`,
      path,
      request: { method: 'POST', path: '/api/v1/organization/', body: { name: organization } },
    })
  }
  const before: Record<string, unknown> = found.settings ?? NEW
  const keys = differing(said, before as Record<(typeof SETTINGS)[number], unknown>, SETTINGS)
  if (keys.length > 0) {
    steps.push({
      action: 'change',
      thing: `organization ${organization}`,
      how: changeWords(keys, before, said),
      path: [keys[0] ?? 'organization'],
      request: {
        method: 'PUT',
        path: organizationAt(organization),
        body: Object.fromEntries(keys.map((key) => [key, said[key]])),
      },
    })
  }
  return steps
}

/** The policy for robots, and whether it is to come before what it allows. */
export function policyStep(said: OrganizationDocument, { policy }: OrganizationState) {
  const before = policy?.document ?? {}
  const wanted = said.policy
  if (wanted === undefined || isSame(wanted, before)) return undefined
  const keys = Object.keys({ ...before, ...wanted }).filter(
    (key) => !isSame(wanted[key as keyof typeof wanted], before[key as keyof typeof before]),
  )
  const step: Step = {
    action: 'change',
    thing: `robot policy of ${said.organization}`,
    how: changeWords(keys, before as Record<string, unknown>, wanted),
    path: ['policy'],
    request: {
      method: 'PUT',
      path: policyAt(said.organization),
      body: wanted,
      ifMatch: policy?.tag,
    },
  }
  return { step, comesFirst: isNoStricter(wanted, before) }
}

/** Issuers whose keys the organization keeps. */
export function issuerSteps(said: OrganizationDocument, found: OrganizationState): Difference {
  const { organization, issuers } = said
  const thing = (name: string) => `issuer ${name} of ${organization}`
  const steps = entriesOf(issuers).flatMap(([name, issuer]): Step[] => {
    const before = found.issuers[name]
    const keys = ISSUER_KEYS.filter((key) => !isSame(asked(issuer, key), asked(before, key)))
    if (keys.length === 0) return []
    return [
      {
        action: before ? 'change' : 'add',
        thing: thing(name),
        how: before
          ? changeWords(keys, { ...before }, { ...issuer })
          : newWords({ ...issuer, jwks: undefined }),
        path: ['issuers', name],
        request: { method: 'PUT', path: issuerAt(organization, name), body: issuer },
      },
    ]
  })
  const removals = entriesOf(issuers && found.issuers)
    .filter(([name]) => issuers?.[name] === undefined)
    .map(
      ([name]): Step => ({
        action: 'remove',
        thing: thing(name),
        path: ['issuers'],
        request: { method: 'DELETE', path: issuerAt(organization, name) },
      }),
    )
  return { steps, removals }
}

const ISSUER_KEYS = [
  'issuer',
  'jwks',
  'required_claims',
  'max_token_lifetime',
  'single_use',
] as const

/** What is not said of an issuer is not asked of its tokens. */
const asked = (issuer: IssuerDocument | undefined, key: (typeof ISSUER_KEYS)[number]) =>
  (key === 'single_use' ? issuer?.single_use || undefined : issuer?.[key]) ?? null

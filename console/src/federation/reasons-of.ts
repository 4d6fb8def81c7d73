import type { components } from '../generated/openapi.d.ts'

type Report = components['schemas']['FederationTestReport']
type Check = components['schemas']['FederationCheck']

/** Of whose keys they are: an entry for other keys says nothing of why a token is refused. */
const OF_KEYS = ['issuer', 'issuer_ref']

/** Codes of refusals that checks which differ tell better. */
const OF_CHECKS = [
  ...['not_configured', 'subject_mismatch', 'audience_mismatch', 'audience_required'],
  ...['event_refused', 'claim_mismatch', 'token_too_old'],
]

/**
 * Why a token is refused, each reason once: what differs, then that the issuer gives no keys, then what else the service says.
 *
 * @param nameOf what the entry with the id is called: `entry 2`
 */
export function reasonsOf(report: Report, nameOf: (entry: string) => string): string[] {
  if (report.admitted) return []
  const differing = report.checks.filter(({ ok }) => !ok)
  const telling = differing.filter(({ check }) => !OF_KEYS.includes(check))
  const told = telling.length > 0 ? telling : differing
  const { reason = '', message, issuer } = report
  const isTold = message === issuer.message || (told.length > 0 && OF_CHECKS.includes(reason))
  return [
    ...told.map((check) => differenceOf(check, nameOf(check.entry))),
    ...(issuer.message ? [`The service has no keys of the issuer: ${issuer.message}`] : []),
    ...(message && !isTold ? [message] : []),
  ]
}

const SUBJECTS: Readonly<Record<string, string>> = {
  issuer: 'The issuer',
  issuer_ref: 'The name of the stored keys',
  subject: 'The subject',
  audiences: 'The audience',
  event_name: 'What started the job',
}

function differenceOf({ check, got }: Check, entry: string): string {
  if (check === 'max_token_age') return `The token is older than ${entry} lets it be.`
  if (check === 'federation_audiences') {
    return `The policy asks for an audience, and ${entry} names none.`
  }
  const what = SUBJECTS[check] ?? `The claim ${check.replace(/^claims\./, '')}`
  const isMissing = got === undefined || (Array.isArray(got) && got.length === 0)
  return isMissing
    ? `${what} is missing, and ${entry} wants it.`
    : `${what} differs from what ${entry} wants.`
}

import { PLATFORMS } from './platforms.ts'
import type { WizardSearch } from './wizard-search.ts'

export type Claims = Readonly<Record<string, unknown>>

/** What the wizard begins with to admit a job that claims this: where no platform is known by it, issuer and subject. */
export function wordsOfClaims(claims: Claims): WizardSearch {
  const issuer = textAt(claims, ['iss']) ?? ''
  const subject = textAt(claims, ['sub']) ?? ''
  for (const platform of PLATFORMS) {
    const ofIssuer = platform.issuer.exec(issuer)
    const ofSubject = platform.subject.exec(subject)
    if (!ofIssuer || !ofSubject) continue
    const ofClaims = Object.entries(platform.claims ?? {}).map(
      ([word, path]) => [word, textAt(claims, path)] as const,
    )
    const found = { ...ofIssuer.groups, ...ofSubject.groups, ...given(ofClaims) }
    return { platform: platform.name, ...asAsked(found), ...audienceOf(claims) }
  }
  return { platform: 'other', issuer, subject, ...audienceOf(claims) }
}

/** The same of all that a token claims: it may have no audience. */
export function wordsOfToken(claims: Claims): WizardSearch {
  const words = wordsOfClaims(claims)
  return words.token_audience === undefined ? { ...words, no_audience: 'token' } : words
}

/** Several stand with a space between. */
function audienceOf({ aud }: Claims): { token_audience?: string } {
  const audiences = [aud].flat().filter((one) => typeof one === 'string' && one !== '')
  return audiences.length > 0 ? { token_audience: audiences.join(' ') } : {}
}

/** What stands in several pieces, or under another name, as templates ask for it. */
function asAsked({ owner, repository, tenant, ref, ...words }: Record<string, string | undefined>) {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref ?? '') ?? []
  return given(
    Object.entries({
      ...words,
      ...(owner && { repo: `${owner}/${repository}` }),
      ...(tenant && { tenant_id: tenant }),
      ...(kind && { [kind === 'heads' ? 'branch' : 'tag']: name }),
    }),
  )
}

/** Of tokens of people there may be nothing. */
const given = (words: (readonly [string, string | undefined])[]): Record<string, string> =>
  Object.fromEntries(words.filter((one): one is [string, string] => Boolean(one[1])))

function textAt(claims: unknown, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? (found as Claims)[name] : undefined,
    claims,
  )
  return typeof value === 'string' ? value : undefined
}

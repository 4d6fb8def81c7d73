import type { Entry } from '../robot/robot-query.ts'

/** What an entry says of one thing. */
export interface Fact {
  /** Tells it from others: `subject`, `claims.ref`. */
  id: string
  term: string
  text: string
}

/** The same of a changed entry; what was there before, where that is something else. */
export interface ChangedFact extends Fact {
  was?: string
}

const NOTHING = 'nothing'

/** What is not said of an entry is left out, but that any audience will do. */
export const factsOf = (entry: Entry): Fact[] => [
  ...said('description', 'Description', entry.description),
  ...said('issuer', 'Issuer', entry.issuer),
  ...said('issuer_ref', 'Stored keys of the issuer', entry.issuer_ref),
  ...said(
    'subject',
    entry.subject_match === 'glob' ? 'Subject (pattern)' : 'Subject',
    entry.subject,
  ),
  ...said('audiences', 'Audience', entry.audiences?.join(' or ') ?? 'any'),
  ...Object.entries(entry.claims ?? {}).flatMap(([name, condition]) =>
    said(`claims.${name}`, name, JSON.stringify(condition)),
  ),
  ...said(
    'max_token_age',
    'Identity token',
    entry.max_token_age && `at most ${entry.max_token_age} seconds old`,
  ),
  ...said('single_use', 'Single use', entry.single_use && 'each identity token once'),
  ...said('expires_in', 'Robot token lives', entry.expires_in && `${entry.expires_in} seconds`),
  ...said('registry_scopes', 'Registry scopes at most', entry.registry_scopes?.join(', ')),
  ...said('api_scopes', 'Scopes of the API', entry.api_scopes),
]

const said = (id: string, term: string, text: string | number | boolean | undefined): Fact[] =>
  text ? [{ id, term, text: String(text) }] : []

/** What a changed entry says, each beside what it said before; what is gone, too. */
export function changedFacts(entry: Entry, before: Entry): ChangedFact[] {
  const [now, then] = [entry, before].map(
    (one) => new Map(factsOf(one).map((fact) => [fact.id, fact])),
  ) as [Map<string, Fact>, Map<string, Fact>]
  return [...new Map([...then, ...now]).values()].map((fact) => {
    const was = then.get(fact.id)
    const text = now.get(fact.id)?.text ?? NOTHING
    if (was?.text === text && was.term === fact.term) return fact
    return { ...fact, text, was: textOf(was, fact.term) }
  })
}

/** Whether it was a pattern is said by its term. */
function textOf(was: Fact | undefined, term: string): string {
  if (was === undefined) return NOTHING
  return was.term === term ? was.text : `${was.term}: ${was.text}`
}

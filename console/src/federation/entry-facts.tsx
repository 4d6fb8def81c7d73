import { Notice } from '../parts/notice.tsx'
import type { Entry } from '../robot/robot-query.ts'

/** What an entry compares and gives, and what had better be otherwise. */
export const EntryFacts = ({ entry }: { entry: Entry }) => (
  <>
    <dl className="facts">
      {factsOf(entry).map(([term, text]) => (
        <Fact key={term} term={term} text={text} />
      ))}
    </dl>
    {isClosed(entry) && (
      <p className="quiet">
        What the pattern leaves open, the number closes: only jobs of the repository with this
        repository_id get in, whatever others are called.
      </p>
    )}
    {(entry.warnings ?? []).map(({ code, message }) => (
      <Notice key={code} kind="note">
        {message}
      </Notice>
    ))}
  </>
)

/** Whether a pattern for the names of a repository stands beside the number that only it has. */
const isClosed = ({ subject_match, claims }: Entry) =>
  subject_match === 'glob' && typeof claims?.repository_id === 'string'

const Fact = ({ term, text }: { term: string; text: string }) => (
  <>
    <dt>{term}</dt>
    <dd>
      <code>{text}</code>
    </dd>
  </>
)

/** What is not said of it is left out, but that any audience will do. */
function factsOf(entry: Entry): [term: string, text: string][] {
  const facts: [string, string | undefined][] = [
    ['Description', entry.description],
    ['Issuer', entry.issuer],
    ['Issuer record', entry.issuer_ref],
    [entry.subject_match === 'glob' ? 'Subject (pattern)' : 'Subject', entry.subject],
    ['Audience', entry.audiences?.join(' or ') ?? 'any'],
    ...Object.entries(entry.claims ?? {}).map(([name, condition]): [string, string] => [
      name,
      JSON.stringify(condition),
    ]),
    ['Identity token', entry.max_token_age && `at most ${entry.max_token_age} seconds old`],
    ['Single use', entry.single_use && 'each identity token once'],
    ['Robot token lives', entry.expires_in && `${entry.expires_in} seconds`],
    ['Registry scopes at most', entry.registry_scopes?.join(', ')],
    ['Scopes of the API', entry.api_scopes],
  ].map(([term, text]) => [term as string, (text || undefined) as string | undefined])
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined)
}

import { Notice } from '../parts/notice.tsx'
import { sentence } from '../parts/sentence.ts'
import type { Entry } from '../robot/robot-query.ts'
import { type ChangedFact, changedFacts, factsOf } from './facts-of.ts'

interface Props {
  entry: Entry
  /** What it was before it was changed. */
  before?: Entry | undefined
}

/** What an entry compares and gives, what of that is changed, and what had better be otherwise. */
export function EntryFacts({ entry, before }: Props) {
  const facts: ChangedFact[] = before ? changedFacts(entry, before) : factsOf(entry)
  return (
    <>
      <dl className="facts">
        {facts.map((fact) => (
          <OneFact key={fact.id} {...fact} />
        ))}
      </dl>
      {before && facts.every(({ was }) => was === undefined) && (
        <p className="quiet">It says what it said before: nothing is changed.</p>
      )}
      {isClosed(entry) && (
        <p className="quiet">
          What the pattern leaves open, the number closes: only jobs of the repository with this
          repository_id get in, whatever others are called.
        </p>
      )}
      {(entry.warnings ?? []).map(({ code, message }) => (
        <Notice key={code} kind="note">
          {sentence(message)}
        </Notice>
      ))}
    </>
  )
}

/** Whether a pattern for the names of a repository stands beside the number that only it has. */
const isClosed = ({ subject_match, claims }: Entry) =>
  subject_match === 'glob' && typeof claims?.repository_id === 'string'

const OneFact = ({ term, text, was }: ChangedFact) => (
  <>
    <dt>{term}</dt>
    <dd>
      {was === undefined ? (
        <code>{text}</code>
      ) : (
        <>
          <del>
            <span className="hidden">before </span>
            <code>{was}</code>
          </del>{' '}
          →{' '}
          <ins>
            <span className="hidden">now </span>
            <code>{text}</code>
          </ins>
        </>
      )}
    </dd>
  </>
)

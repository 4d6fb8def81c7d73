import type { ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import type { Entry } from '../robot/robot-query.ts'
import { EntryFacts } from './entry-facts.tsx'
import { IssuerAnswer } from './issuer-answer.tsx'
import { lackOfKeys } from './without-keys.tsx'

interface Props {
  /** As it would be stored. */
  entry: Entry
  /** As it is stored; left out for a new one. */
  before?: Entry
  /** What is said before all else. */
  note?: ReactNode
  title: string
  error: Error | null
  isPending: boolean
  onSave: () => void
  /** What else can be done with it. */
  actions?: ReactNode
  /** What else is to be known of it. */
  children: ReactNode
}

/** What an entry would compare, before it is saved. */
export function EntryReview(props: Props) {
  const heading = useFocusOn<HTMLHeadingElement>(props.entry)
  const lack = lackOfKeys(props.entry)
  // What is told below.
  const told = { ...props.entry, warnings: props.entry.warnings.filter((one) => one !== lack) }
  return (
    <section className="card stack" aria-label="What it compares">
      <h3 ref={heading}>What it compares</h3>
      {props.note}
      <EntryFacts entry={told} before={props.before} />
      {props.before && (
        <p>
          Jobs that the entry lets in now, and not as it would be, are refused once it is saved.
        </p>
      )}
      <IssuerAnswer lack={lack} />
      <FormProblem problem={props.error?.message} />
      <div className="actions">
        <Button look="primary" isPending={props.isPending} onPress={props.onSave}>
          {props.title}
        </Button>
        {props.actions}
      </div>
      {props.children}
    </section>
  )
}

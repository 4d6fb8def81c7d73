import { Notice } from '../parts/notice.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import type { Entry } from '../robot/robot-query.ts'
import { EntryFacts } from './entry-facts.tsx'

/** Somebody else has changed what is being edited: what there is now. */
export function ChangedMeanwhile({ entry }: { entry: Entry }) {
  const words = useFocusOn<HTMLParagraphElement>(entry)
  return (
    <Notice kind="problem">
      <p ref={words}>
        <strong>Somebody has changed this entry since you opened it.</strong> Nothing of yours is
        saved, and what you typed is still there: see again what it compares, and save that. What
        you left alone stays theirs. It is now:
      </p>
      <EntryFacts entry={{ ...entry, warnings: [] }} />
    </Notice>
  )
}

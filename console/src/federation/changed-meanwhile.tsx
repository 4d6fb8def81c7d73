import { Notice } from '../parts/notice.tsx'
import type { Entry } from '../robot/robot-query.ts'
import { EntryFacts } from './entry-facts.tsx'

/** Somebody else has changed what is being edited: what there is now. */
export const ChangedMeanwhile = ({ entry }: { entry: Entry }) => (
  <Notice kind="problem">
    <p>
      <strong>Somebody has changed this entry since you opened it.</strong> Nothing of yours is
      saved, and what you typed is still there: see again what it compares, and save that. What you
      left alone stays theirs. It is now:
    </p>
    <EntryFacts entry={{ ...entry, warnings: [] }} />
  </Notice>
)

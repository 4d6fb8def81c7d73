import { useEffect, useState } from 'react'
import { Notice } from '../parts/notice.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import { useRobotAddress } from '../robot/use-robot-address.ts'
import { EntrySnippet } from './entry-snippet.tsx'
import { useFederationMemory } from './federation-memory.tsx'
import { lackOfKeys, WithoutKeys } from './without-keys.tsx'

/** What became of the entry that was saved or deleted on the page before; said once. */
export function EntryDone() {
  const address = useRobotAddress()
  const memory = useFederationMemory()
  const { remember } = memory
  const [done] = useState(memory.done)
  useEffect(() => remember({ done: undefined }), [remember])
  const words = useFocusOn<HTMLParagraphElement>(done)
  if (done === undefined) return null
  const { entry, isNew } = done
  const lack = entry && lackOfKeys(entry)
  return (
    <Notice kind={lack ? 'note' : 'done'}>
      <p ref={words}>{done.words}</p>
      {lack && <WithoutKeys lack={lack} />}
      {entry && isNew && !lack && <EntrySnippet address={address} entry={entry} isOpen />}
    </Notice>
  )
}

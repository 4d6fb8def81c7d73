import { useEffect, useState } from 'react'
import { Notice } from '../parts/notice.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import { useFederationMemory } from './federation-memory.tsx'
import { lackOfKeys, WithoutKeys } from './without-keys.tsx'

/** What became of the entry that was saved or deleted on the page before; said once. */
export function EntryDone() {
  const memory = useFederationMemory()
  const { remember } = memory
  const [done] = useState(memory.done)
  useEffect(() => remember({ done: undefined }), [remember])
  const words = useFocusOn<HTMLParagraphElement>(done)
  if (done === undefined) return null
  const lack = done.entry && lackOfKeys(done.entry)
  return (
    <Notice kind={lack ? 'note' : 'done'}>
      <p ref={words}>{done.words}</p>
      {lack && <WithoutKeys lack={lack} />}
    </Notice>
  )
}

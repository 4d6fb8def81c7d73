import { useEffect, useState } from 'react'
import { Notice } from '../parts/notice.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import { useFederationMemory } from './federation-memory.tsx'

/** What became of the entry that was saved or deleted on the page before; said once. */
export function EntryDone() {
  const memory = useFederationMemory()
  const { remember } = memory
  const [done] = useState(memory.done)
  useEffect(() => remember({ done: undefined }), [remember])
  const words = useFocusOn<HTMLParagraphElement>(done)
  if (done === undefined) return null
  return (
    <Notice kind="done">
      <p ref={words}>{done}</p>
    </Notice>
  )
}

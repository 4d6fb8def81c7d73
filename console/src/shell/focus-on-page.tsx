import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/**
 * After a change of page the keyboard goes on at the new one, and screen readers read it; filters are no such change.
 *
 * @param isEntered whether the first page is one, as somebody has signed in before it
 */
export function FocusOnPage({ isEntered }: { isEntered: boolean }) {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const before = useRef(isEntered ? '' : path)
  useEffect(() => {
    if (path === undefined) return
    if (before.current !== undefined && before.current !== path) {
      const page = document.getElementById('page')
      // A form has put it at its first field already.
      if (!page?.contains(document.activeElement)) page?.focus()
    }
    before.current = path
  }, [path])
  return null
}

import { type RefObject, useEffect, useRef } from 'react'
import { focusOn } from './focus-on.ts'

/**
 * For what comes of a form and stands elsewhere: at each new answer the keyboard goes on at the element, which is at the top of
 * the window then where the page is long enough.
 */
export function useFocusOn<Element extends HTMLElement>(
  answer: unknown,
): RefObject<Element | null> {
  const element = useRef<Element>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer is another one to go to
  useEffect(() => {
    if (!element.current) return
    focusOn(element.current)
    element.current.scrollIntoView({ block: 'start' })
  }, [answer])
  return element
}

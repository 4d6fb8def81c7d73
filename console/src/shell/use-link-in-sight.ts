import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { edges, useScrolling } from '../parts/use-scrolling.ts'

/** For links in one line that may be wider than the window: shows the one to the page that is open. */
export function useLinkInSight() {
  const [links, hidden] = useScrolling<HTMLElement>()
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another page another one is to be seen
  useEffect(() => {
    const line = links.current
    const here = line?.querySelector('[aria-current="page"]')
    if (!line || !here) return
    const [around, of] = [line.getBoundingClientRect(), here.getBoundingClientRect()]
    line.scrollLeft += of.left - around.left - (around.width - of.width) / 2
  }, [path])
  return { links, edges: edges(hidden) }
}

import { type RefObject, useEffect, useRef, useState } from 'react'

/** Where there is more than is seen of what is wider than its place. */
interface Hidden {
  before: boolean
  after: boolean
}

/** What of an element is out of sight, sideways, as it is scrolled now. */
export function useScrolling<Element extends HTMLElement>(): [RefObject<Element | null>, Hidden] {
  const element = useRef<Element>(null)
  const [hidden, setHidden] = useState<Hidden>({ before: false, after: false })
  useEffect(() => {
    const { current } = element
    if (!current) return
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = current
      const next = { before: scrollLeft > 1, after: scrollLeft + clientWidth < scrollWidth - 1 }
      setHidden((before) =>
        before.before === next.before && before.after === next.after ? before : next,
      )
    }
    const sizes = new ResizeObserver(look)
    sizes.observe(current)
    for (const child of current.children) sizes.observe(child)
    current.addEventListener('scroll', look, { passive: true })
    return () => {
      sizes.disconnect()
      current.removeEventListener('scroll', look)
    }
  }, [])
  return [element, hidden]
}

/** Classes of what shows at its edges that there is more. */
export const edges = ({ before, after }: Hidden): string =>
  `${before ? ' scroll-before' : ''}${after ? ' scroll-after' : ''}`

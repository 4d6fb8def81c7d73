import { useSyncExternalStore } from 'react'

/** As wide as a telephone held upright, or a page at 400 %. */
const NARROW = matchMedia('(max-width: 40rem)')

function subscribe(onChange: () => void) {
  NARROW.addEventListener('change', onChange)
  return () => NARROW.removeEventListener('change', onChange)
}

/** Whether the window has no room for many columns. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => NARROW.matches)

import { useCallback, useState } from 'react'

/** A secret that was asked for: in the memory of the component that shows it, and nowhere else. */
export function useHiddenSecret() {
  const [secret, show] = useState<string>()
  const hide = useCallback(() => show(undefined), [])
  return { secret, show, hide }
}

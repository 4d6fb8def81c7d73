import { useState } from 'react'

/** What is marked of what is shown; what is not shown any more is not marked any more. */
export function useMarked(shown: readonly string[]) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const marked = shown.filter((name) => chosen.includes(name))
  return {
    marked,
    isAll: shown.length > 0 && marked.length === shown.length,
    toggle: (name: string) =>
      setChosen(
        marked.includes(name) ? marked.filter((other) => other !== name) : [...marked, name],
      ),
    clear: () => setChosen([]),
    toggleAll: () => setChosen(marked.length === shown.length ? [] : shown),
  }
}

export type Marked = ReturnType<typeof useMarked>

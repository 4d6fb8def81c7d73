import { useEffect, useState } from 'react'

/** What was typed, once nothing is typed for so many milliseconds. */
export function useRested(text: string, rest = 300): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), rest)
    return () => clearTimeout(timer)
  }, [text, rest])
  return rested
}

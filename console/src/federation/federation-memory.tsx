import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import type { Entry } from '../robot/robot-query.ts'

interface Done {
  words: string
  /** As it was saved. */
  entry?: Entry
  /** Whether the jobs that it lets in have something to do yet. */
  isNew?: boolean
}

/** What the pages of a robot's federation know of each other. */
interface Memory {
  /** What was pasted to be tested; nowhere but in the page. */
  pasted: string
  /** What of that the log has of a job, if it is from there. */
  fromLog?: string
  /** What was done to an entry last. */
  done: Done | undefined
}

const Context = createContext<Memory & { remember: (part: Partial<Memory>) => void }>({
  pasted: '',
  done: undefined,
  remember: () => {},
})

/** Keeps it until the robot is left. */
export function FederationMemory({ children }: { children: ReactNode }) {
  const [memory, setMemory] = useState<Memory>({ pasted: '', done: undefined })
  const remember = useCallback(
    (part: Partial<Memory>) => setMemory((before) => ({ ...before, ...part })),
    [],
  )
  const value = useMemo(() => ({ ...memory, remember }), [memory, remember])
  return <Context value={value}>{children}</Context>
}

export const useFederationMemory = () => useContext(Context)

import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Entry } from '../robot/robot-query.ts'
import type { NewEntry } from './entry-query.ts'

/** An entry as it was made from a form, and as it would be stored. */
export interface Trial {
  made: NewEntry
  entry: Entry
}

/**
 * Makes an entry and has the service try it, without saving it.
 *
 * @param attempt asks the service
 */
export function useTrial(attempt: (made: NewEntry) => Promise<Entry>) {
  const { mutate, reset, data, error, isPending } = useMutation({
    mutationFn: async (make: () => Promise<NewEntry>): Promise<Trial> => {
      const made = await make()
      return { made, entry: await attempt(made) }
    },
  })
  return { trial: data, error, isPending, onEntry: mutate, onEdit: useCallback(reset, [reset]) }
}

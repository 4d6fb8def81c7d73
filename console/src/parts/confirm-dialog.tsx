import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asCurl, type Call } from './as-curl.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem } from './form-problem.tsx'
import { SameInAShell } from './same-in-a-shell.tsx'

interface Props {
  title: string
  /** What the button says that does it: `End it`. */
  action: string
  /** Does it. */
  run: () => Promise<unknown>
  /** What of the service is read anew once it is done. */
  refresh: QueryKey[]
  onClose: () => void
  /** The same for a shell. */
  call: Call
  /** The command of operators, where there is one. */
  command?: string | undefined
  /** What follows from it. */
  children: ReactNode
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ title, action, run, refresh, onClose, children, ...same }: Props) {
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: run,
    onSuccess: async () => {
      await Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey })))
      onClose()
    },
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <FormProblem problem={error?.message} />
      <div className="actions">
        <Button look="danger" isPending={isPending} onPress={() => mutate()}>
          {action}
        </Button>
        <Button onPress={onClose}>Cancel</Button>
      </div>
      <SameInAShell curl={asCurl(same.call)} command={same.command} />
    </Dialog>
  )
}

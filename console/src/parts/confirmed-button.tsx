import type { QueryKey } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Call } from './as-curl.ts'
import { Button } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'

interface Props {
  /** What the button says, `End`, and beside what else it stands: `laptop`. */
  title: string
  what?: string
  /** Does it. */
  run: () => Promise<unknown>
  /** What of the service is read anew once it is done. */
  refresh: QueryKey[]
  /** The same for a shell. */
  call: Call
  /** The command of operators, where there is one. */
  command?: string
  /** What follows from it. */
  children: ReactNode
}

/** A button for what cannot be undone: asks first. */
export function ConfirmedButton({ title, what, run, refresh, call, command, children }: Props) {
  const [isAsking, setAsking] = useState(false)
  const name = what === undefined ? title : `${title} ${what}`
  return (
    <>
      <Button look="danger" aria-label={name} onPress={() => setAsking(true)}>
        {title}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={name}
          action={`Yes: ${title.toLowerCase()}`}
          run={run}
          refresh={refresh}
          call={call}
          command={command}
          onClose={() => setAsking(false)}
        >
          {children}
        </ConfirmDialog>
      )}
    </>
  )
}

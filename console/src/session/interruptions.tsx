import { useSyncExternalStore } from 'react'
import { currentInterruption, onInterruption } from './interruption.ts'
import { SignInDialog } from './sign-in-dialog.tsx'
import { SudoDialog } from './sudo-dialog.tsx'

/** The dialog that the page is interrupted by, if any. */
export function Interruptions() {
  const kind = useSyncExternalStore(onInterruption, currentInterruption)
  if (kind === 'sign-in') return <SignInDialog />
  return kind === 'sudo' ? <SudoDialog /> : null
}

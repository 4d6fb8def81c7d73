import type { BulkProps } from './bulk.ts'
import { BulkForm } from './bulk-form.tsx'

/** Switches robots off, with a reason for whoever is refused. */
export const BulkDisable = (props: BulkProps) => (
  <BulkForm
    {...props}
    onSuccess={props.onSwitched}
    title="Disable the robots"
    deed="Disable"
    label="Why (optional)"
    hint="Whoever is refused reads it. What the robots have stays, and works again when they are enabled."
    patchOf={(reason) => ({ enabled: false, ...(reason && { reason }) })}
    documentOf={(reason) => ({ enabled: false, ...(reason && { disabled_reason: reason }) })}
  />
)

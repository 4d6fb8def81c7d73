import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import type { RoleChange } from './changes.ts'
import { ChangesDialog } from './changes-dialog.tsx'

interface Props {
  changes: RoleChange[]
  onChange: (changes: RoleChange[]) => void
  onSaved: () => Promise<unknown>
}

/** How much is to be changed, and the way to look at it. */
export function ChangesBar({ changes, onChange, onSaved }: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Notice kind="note">
      <div className="actions">
        <span>{changes.length === 1 ? 'One change' : `${changes.length} changes`}, not saved</span>
        <Button look="primary" onPress={() => setOpen(true)}>
          Look at them and save
        </Button>
        <Button onPress={() => onChange([])}>Drop them</Button>
      </div>
      {isOpen && (
        <ChangesDialog
          changes={changes}
          onSaved={async () => {
            await onSaved()
            onChange([])
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </Notice>
  )
}

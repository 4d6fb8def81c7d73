import { useState } from 'react'
import type { Owner } from '../api/owner.ts'
import { Button } from '../parts/button.tsx'
import { BulkDelete } from './bulk-delete.tsx'
import { BulkDisable } from './bulk-disable.tsx'
import { BulkLabel } from './bulk-label.tsx'

interface Props {
  owner: Owner
  /** Short names. */
  names: string[]
  onDone: () => Promise<unknown>
}

const DEEDS = { Label: BulkLabel, Disable: BulkDisable, Delete: BulkDelete }

/** What can be done with the robots that are marked. */
export function BulkBar({ owner, names, onDone }: Props) {
  const [deed, setDeed] = useState<keyof typeof DEEDS>()
  if (names.length === 0) return null
  const Asking = deed && DEEDS[deed]
  return (
    <section className="notice actions" aria-label="Marked robots">
      <span>{names.length === 1 ? 'One robot is' : `${names.length} robots are`} marked.</span>
      {(Object.keys(DEEDS) as (keyof typeof DEEDS)[]).map((one) => (
        <Button key={one} look={one === 'Delete' ? 'danger' : 'plain'} onPress={() => setDeed(one)}>
          {one}
        </Button>
      ))}
      {Asking && (
        <Asking owner={owner} names={names} onDone={onDone} onClose={() => setDeed(undefined)} />
      )}
    </section>
  )
}

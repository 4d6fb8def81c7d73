import { useState } from 'react'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { Button } from '../parts/button.tsx'
import { BulkDelete } from './bulk-delete.tsx'
import { BulkDisable } from './bulk-disable.tsx'
import { BulkEnable } from './bulk-enable.tsx'
import { BulkLabel } from './bulk-label.tsx'
import type { ListedRobot } from './robots-query.ts'

interface Props {
  owner: Owner
  robots: ListedRobot[]
  /** Reads anew what is shown. */
  onDone: () => Promise<unknown>
  /** Takes the marks away. */
  onClear: () => void
}

const DEEDS = { Label: BulkLabel, Disable: BulkDisable, Enable: BulkEnable, Delete: BulkDelete }
type Deed = keyof typeof DEEDS

/** What can be done with the robots that are marked. */
export function BulkBar({ owner, robots, onDone, onClear }: Props) {
  const [deed, setDeed] = useState<Deed>()
  if (robots.length === 0) return null
  const names = robots.map(({ name }) => shortNameOf(name))
  const isDisabled = ({ enabled }: ListedRobot) => enabled === false
  const offered: Record<Deed, boolean> = {
    Label: true,
    Disable: !robots.every(isDisabled),
    Enable: robots.some(isDisabled),
    Delete: true,
  }
  const Asking = deed && DEEDS[deed]
  const close = () => setDeed(undefined)
  const clear = () => {
    close()
    onClear()
  }
  return (
    <section className="notice actions" aria-label="Marked robots">
      <span>{names.length === 1 ? 'One robot is' : `${names.length} robots are`} marked.</span>
      {(Object.keys(DEEDS) as Deed[])
        .filter((one) => offered[one])
        .map((one) => (
          <Button
            key={one}
            look={one === 'Delete' ? 'danger' : 'plain'}
            onPress={() => setDeed(one)}
          >
            {one}
          </Button>
        ))}
      {Asking && (
        <Asking owner={owner} names={names} onDone={onDone} onSwitched={clear} onClose={close} />
      )}
    </section>
  )
}

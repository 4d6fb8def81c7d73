import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { useNarrow } from '../parts/use-narrow.ts'
import { EndSecretDialog } from './end-secret-dialog.tsx'
import type { RobotAddress, Secret } from './robot-query.ts'

interface Props {
  address: RobotAddress
  secret: Secret
  /** The only one cannot be ended. */
  isOnly: boolean
}

const STATES: Record<Secret['state'], string> = {
  active: 'newest',
  replaced: 'replaced, still good',
  expired: 'expired',
}

export function SecretRow({ address, secret, isOnly }: Props) {
  const [isEnding, setEnding] = useState(false)
  const isNarrow = useNarrow()
  const name = secret.hint === null ? 'unreadable' : `…${secret.hint}`
  const end = !isOnly && (
    <Button look="danger" aria-label={`End now: ${name}`} onPress={() => setEnding(true)}>
      End now
    </Button>
  )
  return (
    <tr>
      <th scope="row">
        <code>{name}</code> <span className="tag">{STATES[secret.state]}</span>
        {isNarrow && end}
      </th>
      <td>
        <RelativeTime time={secret.last_used} />
      </td>
      <td>
        <RelativeTime time={secret.expires_at} />
      </td>
      <td>
        <RelativeTime time={secret.created} />
        {secret.created_by && ` by ${secret.created_by}`}
      </td>
      <td>
        {!isNarrow && end}
        {isEnding && (
          <EndSecretDialog
            address={address}
            id={secret.id}
            name={name}
            isNewest={secret.state === 'active'}
            onClose={() => setEnding(false)}
          />
        )}
      </td>
    </tr>
  )
}

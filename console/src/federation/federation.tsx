import { useState } from 'react'
import { useRobotAddress } from '../robot/use-robot-address.ts'
import { FederationEntries } from './federation-entries.tsx'
import { NewEntryLink } from './new-entry-link.tsx'
import { RefusedExchanges } from './refused-exchanges.tsx'
import { TokenTestForm } from './token-test-form.tsx'

/** Whose identity tokens let their bearer act as the robot, whom it refused, and whether a token would do. */
export function Federation() {
  const address = useRobotAddress()
  const [text, setText] = useState('')
  return (
    <div className="stack">
      <div className="actions">
        <NewEntryLink address={address} look="primary">
          Let jobs in
        </NewEntryLink>
      </div>
      <FederationEntries address={address} />
      <RefusedExchanges address={address} onTry={(claims) => setText(JSON.stringify(claims))} />
      <TokenTestForm key={text} address={address} start={text} />
    </div>
  )
}

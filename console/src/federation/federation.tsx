import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { entriesQuery } from '../robot/robot-query.ts'
import { useRobotAddress } from '../robot/use-robot-address.ts'
import { EntryDone } from './entry-done.tsx'
import { FederationEntries } from './federation-entries.tsx'
import { useFederationMemory } from './federation-memory.tsx'
import { NewEntryLink } from './new-entry-link.tsx'
import { RefusedExchanges } from './refused-exchanges.tsx'
import { TokenTestForm } from './token-test-form.tsx'
import type { Claims } from './words-of-claims.ts'

/** Whose identity tokens let their bearer act as the robot, whom it refused, and whether a token would do. */
export function Federation() {
  const address = useRobotAddress()
  const { remember } = useFederationMemory()
  const { data } = useQuery(entriesQuery(address))
  const entries = data?.entries ?? []
  const hasEntries = entries.length > 0
  const [tried, setTried] = useState('')
  const tryClaims = (claims: Claims) => {
    const pasted = JSON.stringify(claims)
    remember({ pasted, fromLog: pasted })
    setTried(pasted)
  }
  return (
    <div className="stack">
      <EntryDone />
      <div className="actions">
        <NewEntryLink address={address} look={hasEntries ? 'plain' : 'primary'}>
          {hasEntries ? 'Let more jobs in' : 'Let jobs in'}
        </NewEntryLink>
      </div>
      <FederationEntries address={address} />
      <RefusedExchanges address={address} entries={entries} onTry={tryClaims} />
      <TokenTestForm key={tried} address={address} start={tried} />
    </div>
  )
}

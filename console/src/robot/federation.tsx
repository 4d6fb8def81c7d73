import { FederationEntries } from './federation-entries.tsx'
import { TokenTestForm } from './token-test-form.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** Whose identity tokens let their bearer act as the robot, and whether a token does. */
export function Federation() {
  const address = useRobotAddress()
  return (
    <div className="stack">
      <FederationEntries address={address} />
      <TokenTestForm address={address} />
    </div>
  )
}

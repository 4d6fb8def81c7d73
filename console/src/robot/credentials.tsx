import { useQuery } from '@tanstack/react-query'
import { RevealForm } from './reveal-form.tsx'
import { secretsQuery } from './robot-query.ts'
import { RotateForm } from './rotate-form.tsx'
import { SecretList } from './secret-list.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** The secrets of a robot, without their values until somebody asks. */
export function Credentials() {
  const address = useRobotAddress()
  const { data } = useQuery(secretsQuery(address))
  const hasNone = data?.secrets.length === 0
  const good = data?.secrets.filter(({ state }) => state !== 'expired')
  return (
    <div className="stack">
      <SecretList address={address} />
      <RotateForm address={address} count={good?.length} />
      {!hasNone && <RevealForm address={address} />}
    </div>
  )
}

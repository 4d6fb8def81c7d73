import { RevealForm } from './reveal-form.tsx'
import { RotateForm } from './rotate-form.tsx'
import { SecretList } from './secret-list.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** The secrets of a robot, without their values until somebody asks. */
export function Credentials() {
  const address = useRobotAddress()
  return (
    <div className="stack">
      <SecretList address={address} />
      <RotateForm address={address} />
      <RevealForm address={address} />
    </div>
  )
}

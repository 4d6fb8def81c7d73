import { CopyButton } from '../parts/copy-button.tsx'
import type { RobotAddress } from '../robot/robot-query.ts'
import { useRegistryHost } from '../session/session-query.ts'
import { jobText } from './job-text.ts'

interface Props {
  /** Name of its template. */
  platform: string | undefined
  address: RobotAddress
  /** What the job asks its token for; undefined: any will do. */
  audience: string | undefined
  isOpen?: boolean
}

/** What to paste into the job. */
export function JobSnippet({ platform = 'other', address, audience, isOpen = false }: Props) {
  const registry = useRegistryHost()
  const { where, text } = jobText(platform, {
    registry,
    service: location.origin,
    robot: `${address.owner.name}+${address.robot}`,
    audience: audience ?? location.origin,
  })
  return (
    <details className="same" open={isOpen}>
      <summary>What the job does: {where}</summary>
      <pre>{text}</pre>
      <CopyButton text={text} what="it" />
      <p className="quiet">
        {registry} is the host in the names of your images. Log in just before the push.
      </p>
    </details>
  )
}

import type { ListedRobot } from './robots-query.ts'

/** Says of a robot that it may not act, and why. */
export function StateTag({
  robot,
}: {
  robot: Pick<ListedRobot, 'enabled' | 'disabled_reason' | 'expires_at'>
}) {
  const isExpired = robot.expires_at && new Date(robot.expires_at) <= new Date()
  return (
    <>
      {robot.enabled === false && (
        <span className="tag" title={robot.disabled_reason ?? undefined}>
          disabled
        </span>
      )}
      {isExpired && <span className="tag">expired</span>}
    </>
  )
}

import { useState } from 'react'
import { asCurl, asShellWord } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { type Robot, type RobotAddress, robotPath } from './robot-query.ts'
import { useRobotChange } from './use-robot-change.ts'

interface Props {
  address: RobotAddress
  robot: Robot
}

/** Disables a robot, with the reason that whoever is refused reads; or enables it. */
export function SwitchForm({ address, robot }: Props) {
  const [reason, setReason] = useState('')
  const { mutate, isPending, error } = useRobotChange(address, () => setReason(''))
  const isOn = robot.enabled !== false
  const problem = problemOf(error, ['reason'])
  const body = isOn ? { enabled: false, reason: reason || null } : { enabled: true }
  const fullName = `${address.owner.name}+${address.robot}`
  const why = isOn && reason ? ` --reason ${asShellWord(reason)}` : ''
  return (
    <CardForm
      title={isOn ? 'Disable it' : 'It is disabled'}
      submit={isOn ? 'Disable' : 'Enable'}
      look={isOn ? 'danger' : 'primary'}
      isPending={isPending}
      onSubmit={() => mutate(body)}
      problem={problem.rest}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PATCH', path: robotPath(address), body })}
          command={`quay-robots robot ${isOn ? 'disable' : 'enable'} ${fullName}${why}`}
          yaml={organizationYaml(address.owner, {
            robots: {
              [address.robot]: {
                enabled: !isOn,
                ...(isOn && reason && { disabled_reason: reason }),
              },
            },
          })}
        />
      }
    >
      {isOn ? (
        <>
          <p>It is refused everywhere at once, and keeps what it has. It can be enabled again.</p>
          <Field
            label="Why (optional)"
            hint="Whoever is refused reads it."
            value={reason}
            onChange={setReason}
            problem={problem.of.reason}
          />
        </>
      ) : (
        <Notice kind="note">{robot.disabled_reason ?? 'No reason was given.'}</Notice>
      )}
    </CardForm>
  )
}

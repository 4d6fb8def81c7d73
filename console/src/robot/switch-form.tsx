import { type FormEvent, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { Notice } from '../parts/notice.tsx'
import { problemOf } from '../parts/problem-of.ts'
import type { Robot, RobotAddress } from './robot-query.ts'
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate(isOn ? { enabled: false, reason: reason || null } : { enabled: true })
  }
  return (
    <form className="card form" onSubmit={submit}>
      <h2>{isOn ? 'Disable it' : 'It is disabled'}</h2>
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
      <FormProblem problem={problem.rest} />
      <Button type="submit" look={isOn ? 'danger' : 'primary'} isPending={isPending}>
        {isOn ? 'Disable' : 'Enable'}
      </Button>
    </form>
  )
}

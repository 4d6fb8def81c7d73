import { type FormEvent, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { labelsAsText, labelsOfText, labelsPatch } from '../parts/labels-text.ts'
import { Notice } from '../parts/notice.tsx'
import { problemOf } from '../parts/problem-of.ts'
import type { Robot, RobotAddress } from './robot-query.ts'
import { useRobotChange } from './use-robot-change.ts'

interface Props {
  address: RobotAddress
  robot: Robot
}

const FIELDS = ['expires_at', 'label', 'description'] as const

/** Description, labels and expiry, in one request. */
export function DetailsForm({ address, robot }: Props) {
  const labels = robot.labels ?? {}
  const [description, setDescription] = useState(robot.description)
  const [labelText, setLabelText] = useState(labelsAsText(labels))
  const [day, setDay] = useState(robot.expires_at?.slice(0, 10) ?? '')
  const { mutate, isPending, error, isSuccess } = useRobotChange(address)
  const problem = problemOf(error, FIELDS)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate({
      description,
      labels: labelsPatch(labels, labelsOfText(labelText)),
      // The time of day stays where the day does.
      ...(day !== (robot.expires_at?.slice(0, 10) ?? '') && {
        expires_at: day === '' ? null : `${day}T00:00:00Z`,
      }),
    })
  }
  return (
    <form className="card form" onSubmit={submit}>
      <h2>Describe it</h2>
      <Field
        label="Description"
        value={description}
        onChange={setDescription}
        problem={problem.of.description}
      />
      <Field
        label="Labels"
        hint="One a line, as team:web"
        lines={3}
        value={labelText}
        onChange={setLabelText}
        problem={problem.of.label}
      />
      <Field
        label="Expires on"
        hint="From the beginning of that day (UTC) it is refused everywhere. Empty: never."
        type="date"
        value={day}
        onChange={setDay}
        problem={problem.of.expires_at}
      />
      <FormProblem problem={problem.rest} />
      {isSuccess && <Notice kind="done">Saved.</Notice>}
      <Button type="submit" look="primary" isPending={isPending}>
        Save
      </Button>
    </form>
  )
}

import { useState } from 'react'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { labelsAsText, labelsOfText, labelsPatch } from '../parts/labels-text.ts'
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
  const submit = () => {
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
    <CardForm
      title="Describe it"
      submit="Save"
      isPending={isPending}
      onSubmit={submit}
      problem={problem.rest}
      done={isSuccess ? 'Saved.' : undefined}
    >
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
    </CardForm>
  )
}

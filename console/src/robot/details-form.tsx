import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { labelsAsText, labelsOfText, labelsPatch } from '../parts/labels-text.ts'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { type Robot, type RobotAddress, robotPath } from './robot-query.ts'
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
  const written = labelsOfText(labelText)
  // The time of day stays where the day does.
  const expiry = day !== (robot.expires_at?.slice(0, 10) ?? '') && {
    expires_at: day === '' ? null : `${day}T00:00:00Z`,
  }
  const body = { description, labels: labelsPatch(labels, written), ...expiry }
  return (
    <CardForm
      title="Describe it"
      submit="Save"
      isPending={isPending}
      onSubmit={() => mutate(body)}
      problem={problem.rest}
      done={isSuccess ? 'Saved.' : undefined}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PATCH', path: robotPath(address), body })}
          yaml={organizationYaml(address.owner, {
            robots: { [address.robot]: { description, labels: written, ...expiry } },
          })}
        />
      }
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

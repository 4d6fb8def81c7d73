import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemAt } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import type { RobotPatch } from '../robot/robot-query.ts'
import type { BulkProps } from './bulk.ts'
import { changeCall, changeRobots, forAll } from './bulk-calls.ts'

interface Props extends BulkProps {
  title: string
  deed: string
  label: string
  hint: string
  required?: boolean
  /** What the text makes of each robot. */
  patchOf: (text: string) => RobotPatch
  /** The same of a robot in a file; left out where a file cannot say it. */
  documentOf?: (text: string) => object
  /** All are changed; the dialog is closed, unless given. */
  onSuccess?: () => void
}

/** One change for several robots, made of one text. */
export function BulkForm({ owner, names, onDone, onClose, patchOf, documentOf, ...props }: Props) {
  const [text, setText] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => changeRobots(owner, names, patchOf(text)).finally(onDone),
    onSuccess: props.onSuccess ?? onClose,
  })
  return (
    <Dialog title={props.title} onClose={onClose}>
      <Form className="stack" onSubmit={mutate}>
        <p>{names.join(', ')}</p>
        <Field
          label={props.label}
          hint={props.hint}
          value={text}
          onChange={setText}
          problem={problemAt(error, 'change')}
          required={props.required ?? false}
          focused
        />
        <div className="actions">
          <Button type="submit" look="primary" isPending={isPending}>
            {props.deed}
          </Button>
          <Button onPress={onClose}>Back</Button>
        </div>
        <SameInAShell
          curl={asCurl(changeCall(owner, names, patchOf(text)))}
          yaml={documentOf && organizationYaml(owner, forAll(names, documentOf(text)))}
        />
      </Form>
    </Dialog>
  )
}

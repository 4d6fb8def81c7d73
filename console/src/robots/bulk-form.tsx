import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { changeRobot, type RobotPatch } from '../robot/robot-query.ts'
import type { BulkProps } from './bulk.ts'
import { forEach } from './for-each.ts'

interface Props extends BulkProps {
  title: string
  deed: string
  label: string
  hint: string
  required?: boolean
  /** What the text makes of each robot. */
  patchOf: (text: string) => RobotPatch
  /** All are changed; the dialog is closed, unless given. */
  onSuccess?: () => void
}

/** One change for several robots, made of one text. */
export function BulkForm({ owner, names, onDone, onClose, patchOf, onSuccess, ...words }: Props) {
  const [text, setText] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      forEach(names, (robot) => changeRobot({ owner, robot }, patchOf(text))).finally(onDone),
    onSuccess: onSuccess ?? onClose,
  })
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Form className="stack" onSubmit={mutate}>
        <p>{names.join(', ')}</p>
        <Field
          label={words.label}
          hint={words.hint}
          value={text}
          onChange={setText}
          problem={error?.message}
          required={words.required ?? false}
          focused
        />
        <div className="actions">
          <Button type="submit" look="primary" isPending={isPending}>
            {words.deed}
          </Button>
          <Button onPress={onClose}>Back</Button>
        </div>
      </Form>
    </Dialog>
  )
}

import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { Form } from './form.tsx'
import { FormProblem } from './form-problem.tsx'
import { SameInAShell } from './same-in-a-shell.tsx'

interface Props {
  title: string
  /** What the button says: `Delete it`. */
  deed: string
  /** What has to be typed first. */
  mustType: string
  onDo: () => Promise<unknown>
  /** The same for a shell. */
  curl: string
  onClose: () => void
  children: ReactNode
}

/** Asks before much is lost for good: something has to be typed first. */
export function DeedDialog({ title, deed, mustType, onDo, curl, onClose, children }: Props) {
  const [typed, setTyped] = useState('')
  const { mutate, isPending, error } = useMutation({ mutationFn: onDo, onSuccess: onClose })
  const [isWrong, setWrong] = useState(false)
  const submit = () => {
    const isMeant = typed === mustType
    setWrong(!isMeant)
    if (isMeant) mutate()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Form className="stack" onSubmit={submit}>
        <Field
          label={`Type ${mustType} to go on`}
          value={typed}
          onChange={setTyped}
          problem={isWrong ? `It must be ${mustType}` : undefined}
          focused
        />
        <FormProblem problem={error?.message} />
        <div className="actions">
          <Button type="submit" look="danger" isPending={isPending}>
            {deed}
          </Button>
          <Button onPress={onClose}>Keep</Button>
        </div>
      </Form>
      <SameInAShell curl={curl} />
    </Dialog>
  )
}

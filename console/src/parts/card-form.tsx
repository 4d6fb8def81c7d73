import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Form } from './form.tsx'
import { FormProblem } from './form-problem.tsx'
import { Notice } from './notice.tsx'

interface Props {
  title?: string
  /** What its button says. */
  submit: string
  look?: 'primary' | 'plain' | 'danger'
  isPending: boolean
  onSubmit: () => void
  /** What was said against it as a whole. */
  problem?: string | undefined
  /** What became of it; nothing yet: undefined. */
  done?: string | undefined
  /** What came of it, and the same in a shell; below its button. */
  after?: ReactNode
  /** Its fields. */
  children: ReactNode
}

/** A form on a card, with one button. */
export function CardForm({ title, look = 'primary', ...props }: Props) {
  return (
    <Form className="card form" onSubmit={props.onSubmit}>
      {title && <h2>{title}</h2>}
      {props.children}
      <FormProblem problem={props.problem} />
      {props.done && <Notice kind="done">{props.done}</Notice>}
      <Button type="submit" look={look} isPending={props.isPending}>
        {props.submit}
      </Button>
      {props.after}
    </Form>
  )
}

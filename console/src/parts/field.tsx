import type { HTMLInputTypeAttribute } from 'react'
import { FieldError, Input, Label, Text, TextArea, TextField } from 'react-aria-components'

interface Props {
  label: string
  value: string
  onChange: (value: string) => void
  /** What the service, or a rule, says against the value. */
  problem?: string | undefined
  hint?: string | undefined
  type?: HTMLInputTypeAttribute
  autoComplete?: string
  required?: boolean
  focused?: boolean
  /** Id of a `datalist`. */
  proposals?: string
  /** How many lines; one, unless given. */
  lines?: number
}

/** A labelled input; what is wrong with it stands below it, and is read out with it. */
export const Field = (props: Props) => (
  <TextField
    className="field"
    value={props.value}
    onChange={props.onChange}
    type={props.type ?? 'text'}
    isRequired={props.required ?? false}
    isInvalid={props.problem !== undefined}
    validationBehavior="aria"
    autoFocus={props.focused ?? false}
    {...(props.autoComplete && { autoComplete: props.autoComplete })}
  >
    <Label className="label">{props.label}</Label>
    {props.lines ? (
      <TextArea className="input" rows={props.lines} />
    ) : (
      <Input className="input" spellCheck={false} autoCapitalize="none" list={props.proposals} />
    )}
    {props.hint && (
      <Text slot="description" className="hint">
        {props.hint}
      </Text>
    )}
    <FieldError className="problem">{props.problem}</FieldError>
  </TextField>
)

import { Field } from '../parts/field.tsx'

interface Value {
  description: string
  /** One a line. */
  registry_scopes: string
}

interface Props {
  value: Value
  onChange: (value: Partial<Value>) => void
  problems: { [Key in keyof Value]?: string | undefined }
}

/** What is said of every entry, whoever it admits. */
export const RegistryFields = ({ value, onChange, problems }: Props) => (
  <>
    <Field
      label="Registry scopes at most (optional)"
      hint="One a line, as repository:acme/web:pull,push. Empty: all that the robot may."
      lines={2}
      value={value.registry_scopes}
      onChange={(registry_scopes) => onChange({ registry_scopes })}
      problem={problems.registry_scopes}
    />
    <Field
      label="Description (optional)"
      value={value.description}
      onChange={(description) => onChange({ description })}
      problem={problems.description}
    />
  </>
)

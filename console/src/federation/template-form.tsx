import { useState } from 'react'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import type { NewEntry } from './entry-query.ts'
import { linesOf } from './entry-text.ts'
import { parameterLabel } from './parameter-label.ts'
import { RegistryFields } from './registry-fields.tsx'
import { starInWord } from './star-words.ts'
import { fillTemplate, type Parameter, type Template, type Words } from './template-query.ts'

/** What it means that jobs are known by one of these. */
const KNOWN_BY: Readonly<Record<string, string>> = {
  branch: 'Jobs that run for this branch, and in no environment.',
  environment: 'Jobs of a deployment environment, whatever their branch.',
  tag: 'Jobs that run for this tag, and in no environment.',
}

interface Props {
  template: Template
  /** What the fields begin with. */
  words: Words
  /** What was said against the entry that came of it. */
  error: Error | null
  isPending: boolean
  onEdit: () => void
  onEntry: (make: () => Promise<NewEntry>) => void
}

/** What a platform calls what its jobs are told by; the service makes an entry of it. */
export function TemplateForm({ template, words, error, isPending, onEdit, onEntry }: Props) {
  const { parameters, one_of: alternatives } = template
  const [values, setValues] = useState<Words>(() =>
    Object.fromEntries(parameters.map((one) => [one.name, words[one.name] ?? one.default ?? ''])),
  )
  const [chosen, setChosen] = useState(
    () => alternatives.find((name) => words[name]) ?? usualOf(alternatives),
  )
  const [more, setMore] = useState({ description: '', registry_scopes: '' })
  const shown = parameters.filter(({ name }) => !alternatives.includes(name) || name === chosen)
  const names = shown.map(({ name }) => name)
  const problem = problemOf(error, [...names, 'registry_scopes', 'description', 'scope'])
  const isAsked = ({ name, required }: Parameter) => required && name !== 'audience'
  const edit = (name: string, value: string) => {
    setValues({ ...values, [name]: value })
    onEdit()
  }
  const submit = () => {
    const given = names.flatMap((name) => (values[name] ? [[name, values[name].trim()]] : []))
    const scopes = linesOf(more.registry_scopes)
    onEntry(async () => ({
      ...(await fillTemplate(template.name, Object.fromEntries(given))),
      ...(more.description && { description: more.description }),
      ...(scopes && { registry_scopes: scopes }),
    }))
  }
  const fieldOf = (one: Parameter) => {
    const { name, required, description } = one
    return (
      <Field
        key={name}
        label={`${parameterLabel(name)}${required || name === chosen ? '' : ' (optional)'}`}
        hint={hintOf(one, values[name])}
        value={values[name] ?? ''}
        onChange={(value) => edit(name, value)}
        // What is to be filled in stands above it as the hint.
        problem={problem.of[name]?.replace(`: ${description}`, '.')}
      />
    )
  }
  return (
    <CardForm
      submit="See what it compares"
      isPending={isPending}
      onSubmit={submit}
      problem={problem.rest}
    >
      <h3>{template.title}</h3>
      {shown.filter(isAsked).map(fieldOf)}
      {chosen && (
        <>
          <Choice
            label="Its jobs are known by"
            value={chosen}
            onChange={(name) => {
              setChosen(name)
              onEdit()
            }}
            options={Object.fromEntries(alternatives.map((name) => [name, parameterLabel(name)]))}
            {...(alternatives.includes('environment') && { hint: KNOWN_BY[chosen] ?? '' })}
          />
          {shown.filter(({ name }) => name === chosen).map(fieldOf)}
        </>
      )}
      {shown.filter((one) => one.name !== chosen && !isAsked(one)).map(fieldOf)}
      <RegistryFields
        value={more}
        onChange={(change) => {
          setMore({ ...more, ...change })
          onEdit()
        }}
        problems={{
          ...problem.of,
          registry_scopes: problem.of.registry_scopes ?? problem.of.scope,
        }}
      />
    </CardForm>
  )
}

function hintOf({ name, description, placeholder }: Parameter, value = '') {
  const hint = /^[A-Z_]+$/.test(placeholder) ? description : `${description} (${placeholder})`
  const star = starInWord(name, value)
  return star === undefined ? hint : `${hint}. ${star}`
}

/** Every repository has branches. */
const usualOf = (alternatives: readonly string[]) =>
  alternatives.find((name) => name === 'branch') ?? alternatives[0]

import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { Field } from '../parts/field.tsx'
import { useRested } from '../parts/use-rested.ts'
import { repositoriesQuery } from './repositories-query.ts'

interface Props {
  namespace: string
  label: string
  value: string
  onChange: (value: string) => void
  problem?: string | undefined
  focused?: boolean
}

/** The name of a repository; the service proposes some that have in them what is typed. */
export function RepositoryField({ namespace, ...field }: Props) {
  const id = useId()
  const typed = useRested(field.value)
  const { data } = useQuery(repositoriesQuery(namespace, typed ? { q: typed } : {}))
  return (
    <>
      <Field {...field} hint={`As web, without ${namespace}/`} required proposals={id} />
      <datalist id={id}>
        {data?.repositories.slice(0, 20).map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

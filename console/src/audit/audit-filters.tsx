import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { useNarrow } from '../parts/use-narrow.ts'
import { type AuditSearch, readAuditSearch } from './audit-search.ts'
import { hasNames, type LogSource } from './log-source.ts'
import { AREAS, kindInWords } from './sentences.ts'

interface Props {
  source: LogSource
  search: AuditSearch
}

const ANY_KIND: Record<string, string> = { '': 'All that happened' }

/** By area, in the order of their words. */
const KINDS = Object.fromEntries(
  Object.entries(AREAS).map(([area, kinds]) => [
    area,
    Object.fromEntries(
      Object.keys(kinds)
        .sort()
        .map((kind) => [kind, kindInWords(kind)]),
    ),
  ]),
)

/** The day of what an address says, if it is one. */
const DAY = /^\d{4}-\d{2}-\d{2}/

/** What the log is asked for; each filter is part of the address. */
export function AuditFilters({ source, search }: Props) {
  const navigate = useNavigate()
  const isNarrow = useNarrow()
  const [filters, setFilters] = useState(search)
  // Back and forward change what was asked.
  useEffect(() => setFilters(search), [search])
  const change = (name: keyof AuditSearch) => (value: string) =>
    setFilters({ ...filters, [name]: value })
  const fieldOf = (name: keyof AuditSearch, label: string, hint?: string) => (
    <Field label={label} hint={hint} value={filters[name] ?? ''} onChange={change(name)} />
  )
  const dayField = (name: 'starttime' | 'endtime', label: string, hint: string) => (
    <Field
      type="date"
      label={label}
      hint={hint}
      value={DAY.exec(filters[name] ?? '')?.[0] ?? ''}
      onChange={change(name)}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    navigate({ to: '.', search: readAuditSearch({ ...filters }) })
  }
  const asked = Object.keys(search).length
  return (
    <details className="filter-fold" open={!isNarrow}>
      <summary>{asked === 0 ? 'Filters' : `Filters (${asked})`}</summary>
      <form className="filter-form" aria-label="Filters" onSubmit={submit}>
        {dayField('starttime', 'From', 'Empty: a week ago.')}
        {dayField('endtime', 'To', 'Empty: now.')}
        <Choice
          label="What"
          value={filters.kind ?? ''}
          onChange={change('kind')}
          options={ANY_KIND}
          groups={KINDS}
        />
        {hasNames(filters) && fieldOf('performer', 'Who', 'The whole name')}
        {hasNames(filters) &&
          fieldOf('robot', 'Robot', source === 'installation' ? 'As acme+deployer' : undefined)}
        {source !== 'installation' && fieldOf('repository', 'Repository', 'As acme/web')}
        {source === 'installation' && (
          <p className="hint">
            A repository is looked for in the log of its organization or user: this one is of all of
            them.
          </p>
        )}
        <Button type="submit" look="primary">
          Show
        </Button>
      </form>
    </details>
  )
}

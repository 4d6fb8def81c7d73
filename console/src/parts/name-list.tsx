import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type ListSearch, searched } from '../shell/list-search.ts'
import { Failure } from './failure.tsx'
import { ListPages } from './list-pages.tsx'
import { Loading } from './loading.tsx'
import { NameHeader } from './name-header.tsx'
import { SearchBox } from './search-box.tsx'
import { Table } from './table.tsx'

interface Props<Data, Row> {
  /** `Teams` */
  label: string
  /** What the address asks for. */
  search: ListSearch
  /** @param replace whether there was a search already, whose place in the history this one takes */
  onSearch: (search: ListSearch, replace: boolean) => void
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch' | 'isPlaceholderData'>
  rowsOf: (data: Data) => Row[]
  /** What is said where there are none. */
  empty: string
  /** Of the column with names, which is the first. */
  title: string
  /** Heads of the other columns. */
  head: ReactNode
  children: (row: Row) => ReactNode
}

/** A page of a list by name: searched, from the first name or from the last one, with what leads to the next page. */
export function NameList<Data extends { next_page?: string | null }, Row>({
  label,
  search,
  onSearch,
  query: { data, error, refetch, isPlaceholderData },
  ...props
}: Props<Data, Row>) {
  const rows = data && props.rowsOf(data)
  return (
    <>
      <SearchBox
        label="Search names"
        value={search.q ?? ''}
        onChange={(q, replace) => onSearch(searched(search, q), replace)}
      />
      {error && <Failure error={error} retry={refetch} />}
      {!rows && !error && <Loading what={label.toLowerCase()} />}
      {rows && rows.length === 0 && <p>{props.empty}</p>}
      {rows && rows.length > 0 && (
        <div aria-busy={isPlaceholderData}>
          <Table
            label={label}
            head={
              <>
                <NameHeader title={props.title} search={search} />
                {props.head}
              </>
            }
          >
            {rows.map(props.children)}
          </Table>
        </div>
      )}
      <ListPages page={search.next_page} next={data?.next_page} />
    </>
  )
}

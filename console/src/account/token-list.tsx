import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Table } from '../parts/table.tsx'
import { type Person, readTokens, tokensKey } from './person.ts'
import { TokenRow } from './token-row.tsx'

/** The API tokens that act as somebody. */
export function TokenList({ person }: { person?: Person }) {
  const [q, setQ] = useState('')
  const list = useInfiniteQuery({
    queryKey: [...tokensKey(person), q],
    queryFn: ({ pageParam }) => readTokens(person, q, pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
    placeholderData: keepPreviousData,
  })
  const { data, error, refetch } = list
  const tokens = data?.pages.flatMap((page) => page.tokens)
  if (tokens?.length === 0 && q === '') {
    return <p>There is no API token. A script needs one, to act as its user.</p>
  }
  return (
    <>
      <SearchBox label="Search names" value={q} onChange={setQ} />
      {error && <Failure error={error} retry={refetch} />}
      {!tokens && !error && <Loading what="API tokens" />}
      {tokens?.length === 0 && <p>No API token is called like that.</p>}
      {tokens && tokens.length > 0 && (
        <Table
          label="API tokens"
          head={
            <>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Last used</th>
              <th scope="col">Expires</th>
              <th scope="col">Made</th>
              <th scope="col">End</th>
            </>
          }
        >
          {tokens.map((token) => (
            <TokenRow key={token.uuid} person={person} token={token} />
          ))}
        </Table>
      )}
      <More list={list} />
    </>
  )
}

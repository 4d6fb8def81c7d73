import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { CsvButton } from '../parts/csv-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { type RoleChange, withChange } from './changes.ts'
import { ChangesBar } from './changes-bar.tsx'
import { MatrixFilters } from './matrix-filters.tsx'
import { MatrixPages } from './matrix-pages.tsx'
import { allAccess, matrixKey, matrixQuery } from './matrix-query.ts'
import { MatrixTable } from './matrix-table.tsx'
import { RoleLegend } from './role-legend.tsx'
import { sourceInWords } from './roles.ts'

const route = getRouteApi('/$kind/$owner/access')

/** Who may do what in the repositories of an organization; changed in place, and looked at before it is saved. */
export function AccessPage() {
  const { name } = useOwner()
  const search = route.useSearch()
  const queries = useQueryClient()
  const { data, error, refetch, isPlaceholderData } = useQuery(matrixQuery(name, search))
  const [isEditing, setEditing] = useState(false)
  const [changes, setChanges] = useState<RoleChange[]>([])
  async function* rows() {
    for await (const one of allAccess(name, search)) {
      const because = one.sources.map(sourceInWords).join('; ')
      yield [one.kind, one.name, `${name}/${one.repository}`, one.role, because]
    }
  }
  const actions = (
    <>
      <Button onPress={() => setEditing(!isEditing)}>
        {isEditing ? 'Show roles' : 'Change roles'}
      </Button>
      <CsvButton
        name={`${name}-access`}
        head={['kind', 'who', 'repository', 'role', 'because']}
        rows={rows}
      />
    </>
  )
  return (
    <Page title={`Access in ${name}`} actions={actions}>
      <div className="stack">
        <MatrixFilters search={search} />
        {changes.length > 0 && (
          <ChangesBar
            changes={changes}
            onChange={setChanges}
            onSaved={() => queries.invalidateQueries({ queryKey: matrixKey(name) })}
          />
        )}
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="access" />}
        {data && !error && (
          <div aria-busy={isPlaceholderData} className="stack">
            <MatrixTable
              namespace={name}
              matrix={data}
              search={search}
              editing={
                isEditing
                  ? { changes, onChange: (change) => setChanges(withChange(changes, change)) }
                  : undefined
              }
            />
            <RoleLegend />
            <MatrixPages search={search} matrix={data} />
          </div>
        )}
      </div>
    </Page>
  )
}

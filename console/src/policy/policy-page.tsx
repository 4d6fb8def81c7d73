import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { PolicyForm } from './policy-form.tsx'
import { policyQuery } from './policy-queries.ts'
import { PolicyThatHolds } from './policy-that-holds.tsx'

/** What an organization decides about all of its robots, and what holds. */
export function PolicyPage() {
  const { name } = useOwner()
  const { data, error, refetch } = useQuery(policyQuery(name))
  return (
    <Page title={`Robot policy of ${name}`}>
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="the policy" />}
      {data && (
        <div className="stack">
          <PolicyThatHolds policy={data.holds} />
          <PolicyForm key={data.tag} orgname={name} decided={data.decided} tag={data.tag} />
        </div>
      )}
    </Page>
  )
}

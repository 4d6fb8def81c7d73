import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { IssuerCard } from './issuer-card.tsx'
import { IssuerForm } from './issuer-form.tsx'
import { issuersKey } from './issuer-record.ts'

/** Issuers whose keys an organization has put itself, as nobody can ask them. */
export function IssuersPage() {
  const { name: orgname } = useOwner()
  const { data, error, refetch } = useQuery({
    queryKey: issuersKey(orgname),
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/issuers', { params: { path: { orgname } } }),
      ),
  })
  return (
    <Page title={`Issuers of ${orgname}`}>
      <div className="stack">
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="issuers" />}
        {data?.issuers.length === 0 && (
          <p>
            {orgname} lists no issuer. One that the service can ask for its keys need not be listed;
            a cluster that the service cannot reach is: you put its keys here yourself.
          </p>
        )}
        {data?.issuers.map((record) => (
          <IssuerCard key={record.name} orgname={orgname} record={record} />
        ))}
        {data && <IssuerForm orgname={orgname} />}
      </div>
    </Page>
  )
}

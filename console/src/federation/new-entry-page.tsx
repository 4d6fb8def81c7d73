import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Choice } from '../parts/choice.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useRobotAddress } from '../robot/use-robot-address.ts'
import { NewEntryForm } from './new-entry-form.tsx'
import { audienceQuery, templatesQuery } from './template-query.ts'
import { TokenAudience } from './token-audience.tsx'
import type { WizardSearch } from './wizard-search.ts'

const route = getRouteApi('/$kind/$owner/robots/$robot/federation/new')

const OTHER = { other: 'Another issuer' }

/** Lets the jobs of a platform act as the robot: in the platform's words, tried, and saved in one request. */
export function NewEntryPage() {
  const address = useRobotAddress()
  const search = route.useSearch() as WizardSearch
  const { platform: wanted, token_audience, no_audience: none, ...words } = search
  const navigate = useNavigate()
  const templates = useQuery(templatesQuery)
  const audience = useQuery(audienceQuery)
  const error = templates.error ?? audience.error
  const retry = () => Promise.all([templates.refetch(), audience.refetch()])
  if (error) return <Failure error={error} retry={retry} />
  if (!templates.data || !audience.data) return <Loading what="the platforms" />
  const template = templates.data.templates.find(({ name }) => name === (wanted ?? 'github'))
  const platform = template?.name ?? 'other'
  const wantedAudience = none === 'entry' ? '' : (words.audience ?? audience.data.audience)
  const options: Record<string, string> = {
    ...Object.fromEntries(templates.data.templates.map(({ name, title }) => [name, title])),
    ...OTHER,
  }
  return (
    <div className="stack">
      <h2>Let jobs in without a secret</h2>
      <div className="search">
        <Choice
          label="They run at"
          value={platform}
          onChange={(to) =>
            navigate({
              to: '/$kind/$owner/robots/$robot/federation/new',
              params: {
                kind: address.owner.kind,
                owner: address.owner.name,
                robot: address.robot,
              },
              search: { platform: to },
              replace: true,
            })
          }
          options={options}
        />
      </div>
      <TokenAudience address={address} search={search} wanted={wantedAudience} />
      <NewEntryForm
        key={`${platform} ${wantedAudience}`}
        address={address}
        template={template}
        words={{ ...words, audience: wantedAudience }}
      />
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { PolicyThatHolds } from '../policy/policy-that-holds.tsx'
import { TrustedIssuers } from './trusted-issuers.tsx'

type Limits = components['schemas']['InstallationSettings']['limits']

const LIMITS: Record<keyof Limits, string> = {
  robots: 'Robots of a user or an organization',
  repositories: 'Repositories of a user or an organization',
  teams: 'Teams of an organization',
  organizations: 'Organizations that a user makes',
  robot_api_tokens: 'API tokens of a robot',
  token_lifetime: 'Longest life of an API token',
}

/** What the operator decides for all organizations: to be read here, and changed in the configuration file. */
export function SettingsPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['settings'],
    queryFn: () => answerOf(api.GET('/api/v1/superuser/settings')),
  })
  return (
    <Page title="Issuers, policy and limits">
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="settings" />}
      {data && (
        <div className="stack">
          <p className="quiet">
            The sections <code>issuers</code>, <code>policy</code> and <code>limits</code> of the
            configuration file decide; a change takes a restart.
          </p>
          <TrustedIssuers issuers={data.issuers} />
          <PolicyThatHolds policy={data.policy} />
          <section className="card" aria-label="Limits">
            <h2>Limits</h2>
            <dl className="facts">
              {(Object.keys(LIMITS) as (keyof Limits)[]).map((key) => (
                <div key={key} className="fact">
                  <dt>{LIMITS[key]}</dt>
                  <dd>{data.limits[key]?.toLocaleString('en') ?? 'no limit'}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      )}
    </Page>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { DeleteTeam } from './delete-team.tsx'
import { TeamForm } from './team-form.tsx'
import { TeamGrants } from './team-grants.tsx'
import { TeamMembers } from './team-members.tsx'
import { teamQuery } from './teams-query.ts'

const route = getRouteApi('/$kind/$owner/teams/$team')

/** A team: what it is, who is in it, and what it may do. */
export function TeamPage() {
  const { name: organization } = useOwner()
  const { team: name } = route.useParams()
  const address = { organization, team: name }
  const { data: team, error, refetch } = useQuery(teamQuery(address))
  return (
    <>
      <p>
        <Link to="/$kind/$owner/teams" params={{ kind: 'orgs', owner: organization }}>
          Teams of {organization}
        </Link>
      </p>
      <Page
        title={`Team ${name}`}
        actions={team && <DeleteTeam address={address} members={team.member_count} />}
      >
        {error && <Failure error={error} retry={refetch} />}
        {!team && !error && <Loading what={name} />}
        {team && (
          <div className="stack">
            <TeamMembers address={address} />
            <TeamGrants address={address} isAdmin={team.role === 'admin'} />
            <TeamForm key={team.role} address={address} team={team} />
          </div>
        )}
      </Page>
    </>
  )
}

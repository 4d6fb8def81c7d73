import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { NameList } from '../parts/name-list.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { NewTeamForm } from './new-team-form.tsx'
import { TEAM_ROLES } from './team-roles.ts'
import { teamsQuery } from './teams-query.ts'

const route = getRouteApi('/$kind/$owner/teams')

/** The teams of an organization. */
export function TeamsPage() {
  const { name } = useOwner()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/$kind/$owner/teams' })
  const query = useQuery(teamsQuery(name, search))
  return (
    <Page title={`Teams of ${name}`}>
      <div className="stack">
        <NameList
          label="Teams"
          search={search}
          onSearch={(next, replace) => navigate({ to: '.', search: next, replace })}
          query={query}
          rowsOf={(data) => data.teams}
          empty="No team is called like that."
          title="Team"
          head={
            <>
              <th scope="col">In the organization</th>
              <th scope="col">Members</th>
              <th scope="col">Repositories</th>
            </>
          }
        >
          {(team) => (
            <tr key={team.name}>
              <th scope="row">
                <Link
                  to="/$kind/$owner/teams/$team"
                  params={{ kind: 'orgs', owner: name, team: team.name }}
                >
                  {team.name}
                </Link>
                {team.is_member && <span className="tag">you are in it</span>}
                {team.description && <p className="quiet">{team.description}</p>}
              </th>
              <td>{TEAM_ROLES[team.role]}</td>
              <td>{team.member_count.toLocaleString('en')}</td>
              <td>{team.role === 'admin' ? 'all' : team.repo_count.toLocaleString('en')}</td>
            </tr>
          )}
        </NameList>
        <NewTeamForm organization={name} />
      </div>
    </Page>
  )
}

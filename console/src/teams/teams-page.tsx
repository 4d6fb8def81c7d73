import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { ListPages } from '../parts/list-pages.tsx'
import { Loading } from '../parts/loading.tsx'
import { NameHeader } from '../parts/name-header.tsx'
import { Page } from '../parts/page.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Table } from '../parts/table.tsx'
import { searched } from '../shell/list-search.ts'
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
  const { data, error, refetch, isPlaceholderData } = useQuery(teamsQuery(name, search))
  return (
    <Page title={`Teams of ${name}`}>
      <div className="stack">
        <SearchBox
          label="Search names"
          value={search.q ?? ''}
          onChange={(q, replace) => navigate({ to: '.', search: searched(search, q), replace })}
        />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="teams" />}
        {data && data.teams.length === 0 && <p>No team is called like that.</p>}
        {data && data.teams.length > 0 && (
          <div aria-busy={isPlaceholderData}>
            <Table
              label="Teams"
              head={
                <>
                  <NameHeader title="Team" search={search} />
                  <th scope="col">In the organization</th>
                  <th scope="col">Members</th>
                  <th scope="col">Repositories</th>
                </>
              }
            >
              {data.teams.map((team) => (
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
              ))}
            </Table>
          </div>
        )}
        <ListPages page={search.next_page} next={data?.next_page} />
        <NewTeamForm organization={name} />
      </div>
    </Page>
  )
}

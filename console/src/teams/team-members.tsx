import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { AddMemberForm } from './add-member-form.tsx'
import { membersQuery, removeMember, type TeamAddress, teamsKey } from './teams-query.ts'

/** Who is in a team: people, and robots of the organization. */
export function TeamMembers({ address }: { address: TeamAddress }) {
  const queries = useQueryClient()
  const members = useInfiniteQuery(membersQuery(address))
  const refresh = () => queries.invalidateQueries({ queryKey: teamsKey(address.organization) })
  const { mutate: remove, error: refused } = useMutation({
    mutationFn: (name: string) => removeMember(address, name),
    onSuccess: refresh,
  })
  const { data, error, refetch } = members
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="members" />
  const all = data.pages.flatMap((page) => page.members)
  return (
    <section className="card stack" aria-label="Members">
      <h2>Members</h2>
      {all.length === 0 && <p>Nobody is in it yet.</p>}
      <ul className="plain">
        {all.map(({ name, is_robot }) => (
          <li key={name} className="actions">
            <span>
              {name}
              {is_robot && <span className="tag">robot</span>}
            </span>
            <Button aria-label={`Take out ${name}`} onPress={() => remove(name)}>
              Take out
            </Button>
          </li>
        ))}
      </ul>
      <FormProblem problem={refused?.message} />
      <More list={members} />
      <AddMemberForm address={address} onAdded={refresh} />
    </section>
  )
}

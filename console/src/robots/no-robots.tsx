import type { Owner } from '../api/owner.ts'
import { isFiltered, type RobotsSearch } from './robots-search.ts'

interface Props {
  owner: Owner
  search: RobotsSearch
}

/** In place of an empty list: why it is, and what a robot is for. */
export function NoRobots({ owner, search }: Props) {
  if (search.next_page) return <p>There are no more robots.</p>
  if (isFiltered(search)) {
    return (
      <p>
        No robot is all of that. Search finds words of names and descriptions, and how they begin:{' '}
        <code>dep</code> finds <code>web-deployer</code>, <code>ploy</code> does not.
      </p>
    )
  }
  return (
    <div className="card">
      <h2>{owner.name} has no robot yet</h2>
      <p>
        A robot is an account for a machine: a job that pushes images, a cluster that pulls them.
        Give each its own, with no more than it needs; then it can be stopped alone. A CI job needs
        no secret: it signs in with the identity that its platform gives it.
      </p>
    </div>
  )
}

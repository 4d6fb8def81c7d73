import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { type Avatar, avatar } from '../../domain/avatar.ts'
import { beforeFirst, type Items, mapItems } from '../../domain/json-pieces.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import { mapPage, PAGE_SIZE, type Slice } from '../../domain/page.ts'
import type { BoundsOf } from '../../domain/policy-bounds.ts'
import { type PolicyOf, THE_INSTALLATION } from '../../domain/robot-policy.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { type AskedSearch, isSearch, robotSearch } from '../../domain/robot-search.ts'
import type { Clock } from '../../domain/runtime.ts'
import { areSecretsShown } from '../../domain/secret-visibility.ts'
import { listRobots, type RobotListRow } from '../../queries/robot-lists.ts'
import type { RobotPosition } from '../../queries/robot-order.ts'
import { searchRobots } from '../../queries/robot-search.ts'
import { findRobotId } from '../../queries/robots.ts'
import type { Reveals } from '../audit/reveals.ts'
import type { Belongings } from '../lists/belongings.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { readPage } from '../paging.ts'
import { BY_OWN_NAME, BY_ROBOT_NAME, byKey } from './robot-positions.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import { presentRobot, type Robot } from './robots.ts'
import type { ShownDetails, ShownSecrets } from './shown-secrets.ts'

/** How many robots are read, and their tokens opened, at a time; between slices others are served. */
const SLICE = 500
/** The same, where what each has is read, too. */
const FULL_SLICE = 100

interface AllRobotsOptions {
  /** Most robots; undefined: all. */
  limit: number | undefined
  nextPage: string | undefined
  withDetails: boolean
  search: AskedSearch
}

interface RobotListOptions extends AllRobotsOptions {
  withToken: boolean
  withPermissions: boolean
}

interface ListCaller {
  requester: Requester
  performer: Performer
}

interface TeamSummary {
  name: string
  avatar: Avatar
}

export interface ListedRobot extends Robot {
  teams?: Items<TeamSummary>
  repositories?: Items<string>
}

interface RobotListDeps {
  db: Db
  secrets: RobotSecrets
  shownSecrets: ShownSecrets
  longLists: LongLists
  belongings: Belongings
  reveals: Reveals
  policyOf: PolicyOf
  boundsOf: BoundsOf
  clock: Clock
}

export type RobotLists = ReturnType<typeof createRobotLists>

/** Lists the robots of an owner, and what each may do, however many there are. */
export function createRobotLists(deps: RobotListDeps) {
  const { db, secrets, shownSecrets, longLists, belongings, clock } = deps

  /** With what is shown of their secrets, where details are. */
  const complete = async <Row extends { id: string }>(
    rows: Row[],
    withDetails: boolean,
  ): Promise<(Row & Partial<ShownDetails>)[]> => (withDetails ? shownSecrets.addTo(rows) : rows)

  /** All robots of an owner by name, or those that are searched for. */
  function readOf(owner: RobotOwner, options: RobotListOptions, requester: Requester) {
    const { search: asked, withPermissions, withDetails } = options
    const shown = { withPermissions, withDetails }
    const slice = withPermissions || withDetails ? FULL_SLICE : SLICE
    if (!isSearch(asked)) {
      const read = async (page: Slice) =>
        complete(await listRobots(db, owner.id, { ...page, ...shown }), withDetails)
      return longLists.read(options, { order: BY_ROBOT_NAME, slice, read }, requester)
    }
    const search = { ...robotSearch(asked, clock()), ...deps.boundsOf(owner) }
    const read = async (page: Slice<RobotPosition>) =>
      complete(await searchRobots(db, owner.id, search, { ...page, ...shown }), withDetails)
    const order = search.sort === 'name' ? BY_OWN_NAME : byKey(search.sort)
    return longLists.read(options, { order, slice, read }, requester)
  }

  return {
    /**
     * The log says who was shown tokens.
     *
     * @throws {ServiceError} `invalid_request` for a search that means nothing, and a `nextPage` of another sort;
     *   `unavailable` as `LongLists`
     */
    list(owner: RobotOwner, options: RobotListOptions, { requester, performer }: ListCaller) {
      const { withDetails } = options
      const withToken = options.withToken && areSecretsShown(deps.policyOf(owner))
      const avatarOf = rememberAvatars()
      const summaryOf = (name: string) => ({ name, avatar: avatarOf(name) })
      function belongingsOf(id: string, teams: string[], repositories: string[]) {
        const holder = { kind: 'robot', id } as const
        const whole = belongings.whole(holder, owner.id, { teams, repositories }, requester)
        return { teams: mapItems(whole.teams, summaryOf), repositories: whole.repositories }
      }
      // Key by key: to spread objects takes longer than all else that is done for a robot.
      function listed(row: RobotListRow & Partial<ShownDetails>): ListedRobot {
        const robot: ListedRobot = presentRobot(owner, row)
        if (row.teams && row.repositories) {
          const { teams, repositories } = belongingsOf(row.id, row.teams, row.repositories)
          robot.teams = teams
          robot.repositories = repositories
        }
        if (withDetails) robot.details = row as ShownDetails
        if (withToken && row.hasSecret) robot.token = secrets.reveal(row.id, row)
        return robot
      }
      const page = mapPage(readOf(owner, options, requester), listed)
      const note = () =>
        deps.reveals.note({
          kind: 'reveal_robot_tokens',
          namespace: owner,
          metadata: {},
          performer,
        })
      return withToken ? { ...page, items: beforeFirst(page.items, note) } : page
    },

    /** Robots of all owners, without their tokens; a page lacks those whose owner is deleted. @throws {ServiceError} `invalid_request` as `list` */
    async all({ limit = PAGE_SIZE.usual, nextPage, withDetails, search: asked }: AllRobotsOptions) {
      const search = { ...robotSearch(asked, clock()), ...deps.boundsOf(THE_INSTALLATION) }
      const shown = { withDetails, withPermissions: false }
      const page = await readPage({ limit, nextPage }, byKey(search.sort), async (slice) =>
        complete(await searchRobots(db, undefined, search, { ...slice, ...shown }), withDetails),
      )
      const present = ({ ownerName, ...row }: (typeof page.items)[number]): Robot[] =>
        ownerName === null
          ? []
          : [
              {
                ...presentRobot({ name: ownerName }, row),
                ...(withDetails && { details: row as ShownDetails }),
              },
            ]
      return { ...page, items: page.items.flatMap(present) }
    },

    /**
     * The robot's own roles in repositories, not those of its teams, by name of the repository.
     *
     * @throws {ServiceError} `robot_not_found`
     */
    async grants(owner: Owner, name: string, requester: Requester) {
      const id = await findRobotId(db, owner.id, name)
      if (id === undefined) throw robotNotFound()
      return belongings.grantsOf({ kind: 'robot', id }, owner.id, requester)
    },
  }
}

/** Most teams whose avatar is kept. */
const MOST_AVATARS = 1_000

/** Makes each team's avatar once: the robots of a list are in the same few teams. */
function rememberAvatars() {
  const known = new Map<string, Avatar>()
  return (team: string): Avatar => {
    const found = known.get(team) ?? avatar(team, 'team')
    if (known.size < MOST_AVATARS) known.set(team, found)
    return found
  }
}

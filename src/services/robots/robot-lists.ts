import type { Db } from '../../db/types.ts'
import { type Avatar, avatar } from '../../domain/avatar.ts'
import { type Items, mapItems } from '../../domain/json-text.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { Owner } from '../../domain/owner.ts'
import { mapPage } from '../../domain/page.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { listRobots } from '../../queries/robot-lists.ts'
import { findRobotId } from '../../queries/robots.ts'
import type { Belongings } from '../lists/belongings.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_NAME } from '../paging.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import { presentRobot, type Robot } from './robots.ts'

/** How many robots are read, and their tokens opened, at a time; between slices others are served. */
const SLICE = 500
/** The same, where their teams and repositories are read, too. */
const FULL_SLICE = 100
interface RobotListOptions {
  /** Most robots; undefined: all. */
  limit: number | undefined
  nextPage: string | undefined
  withToken: boolean
  withPermissions: boolean
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
  longLists: LongLists
  belongings: Belongings
}

export type RobotLists = ReturnType<typeof createRobotLists>

/** Lists the robots of an owner, and what each may do, however many there are. */
export function createRobotLists({ db, secrets, longLists, belongings }: RobotListDeps) {
  return {
    /** Ordered by name. */
    list(owner: Owner, options: RobotListOptions, requester: Requester) {
      const { withPermissions, withToken } = options
      const avatarOf = rememberAvatars()
      const summaryOf = (name: string) => ({ name, avatar: avatarOf(name) })
      const page = longLists.read(
        options,
        {
          order: BY_NAME,
          slice: withPermissions ? FULL_SLICE : SLICE,
          read: (page) => listRobots(db, owner.id, { ...page, withPermissions }),
        },
        requester,
      )
      function belongingsOf(id: string, teams: string[], repositories: string[]) {
        const holder = { kind: 'robot', id } as const
        const whole = belongings.whole(holder, owner.id, { teams, repositories }, requester)
        return { ...whole, teams: mapItems(whole.teams, summaryOf) }
      }
      return mapPage(
        page,
        (row): ListedRobot => ({
          ...presentRobot(owner, row),
          ...(row.teams && row.repositories && belongingsOf(row.id, row.teams, row.repositories)),
          ...(withToken && { token: secrets.reveal(row) }),
        }),
      )
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

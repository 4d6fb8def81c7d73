import type { Db } from '../../db/types.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { parseRobotFullName } from '../../domain/names.ts'
import { findFederatedLogin } from '../../queries/federation-logins.ts'
import type { CheckedRobot } from '../../queries/robot-logins.ts'

/** Shorter lists are read each time. */
const LONG = 10
/** How much of all that is known is kept (bytes of JSON): some ten thousand entries. */
const MAX_BYTES = 4_194_304

export type NamedRobot = CheckedRobot & { fullName: string }

export interface FederatedRobot {
  robot: NamedRobot
  /** In the order in which they were posted. */
  entries: readonly StoredEntry[]
}

interface Known {
  entries: readonly StoredEntry[]
  stamp: string
  bytes: number
}

export type FederatedRobots = ReturnType<typeof createFederatedRobots>

/**
 * Finds robots with their entries, for jobs that want to act as them: by one statement, which leaves out a long list that was
 * read before and has not changed since.
 */
export function createFederatedRobots({ db }: { db: Db }) {
  /** By the full name of the robot, in the order in which they were read. */
  const lists = new Map<string, Known>()
  let total = 0

  function forget(fullName: string) {
    total -= lists.get(fullName)?.bytes ?? 0
    lists.delete(fullName)
  }

  function remember(fullName: string, entries: readonly StoredEntry[], stamp: string | null) {
    forget(fullName)
    if (entries.length < LONG || stamp === null) return
    const known = { entries, stamp, bytes: JSON.stringify(entries).length }
    lists.set(fullName, known)
    total += known.bytes
    for (const first of lists.keys()) {
      if (total <= MAX_BYTES) break
      forget(first)
    }
  }

  return {
    /** @returns undefined where there is no robot of that name */
    async find(fullName: string): Promise<FederatedRobot | undefined> {
      const name = parseRobotFullName(fullName)
      if (!name) return undefined
      const known = lists.get(fullName)
      const found = await findFederatedLogin(db, name.owner, name.shortName, known?.stamp)
      if (found?.entries) remember(fullName, found.entries, found.stamp)
      return (
        found && {
          robot: { ...found.robot, fullName },
          entries: found.entries ?? (known as Known).entries,
        }
      )
    },
  }
}

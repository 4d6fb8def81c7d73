import type { RobotSort } from '../domain/robot-search.ts'

/** A robot's place in a list: what that is sorted by, '' for none, and the robot's id. */
export interface RobotPosition {
  key: string
  id: string
}

/** Robots in an order, and where in it a page begins; in SQL. */
export interface Sorted {
  by: string
  after: string
  where?: string
}

/** The keys of an order and the row after a position, as the indexes have them. */
const ORDERS = {
  ownName: { by: 'r.name', after: 'r.name > $key' },
  name: { by: 'r.name, r.id', after: '(r.name, r.id) > ($key, $id::uuid)' },
  created: { by: 'r.id', after: 'r.id > $id::uuid' },
  expires: {
    by: "COALESCE(r.expires_at, 'infinity'), r.id",
    after: "(COALESCE(r.expires_at, 'infinity'), r.id) > ($key::timestamptz, $id::uuid)",
  },
  neverUsed: {
    where: "r.last_used_on = '-infinity'",
    by: 'r.id',
    after: 'r.id > $id::uuid',
  },
  used: {
    where: "r.last_used_on > '-infinity'",
    by: 'r.last_used_on, r.last_accessed_at, r.id',
    after: `(r.last_used_on, r.last_accessed_at, r.id)
      > (($key::timestamptz AT TIME ZONE 'UTC')::date, $key::timestamptz, $id::uuid)`,
  },
} satisfies Record<string, Sorted>

/** Part of an order, and the position in it that a page goes on from; undefined: it begins. */
interface Part {
  order: Sorted
  from: RobotPosition | undefined
}

/**
 * The order that a list is in, in parts that follow each other. Robots that were never used come first, by themselves: the
 * indexed day says no more of them, of which there may be many.
 */
export function partsOf(
  sort: RobotSort,
  { isOfOwner, areUsed }: { isOfOwner: boolean; areUsed: boolean },
  after: RobotPosition | undefined,
): Part[] {
  switch (sort) {
    case 'name':
      return [{ order: isOfOwner ? ORDERS.ownName : ORDERS.name, from: after }]
    case 'created':
      return [{ order: ORDERS.created, from: after }]
    case 'expires':
      return [{ order: ORDERS.expires, from: after && { ...after, key: after.key || 'infinity' } }]
    case 'last_used':
      if (areUsed || after?.key)
        return [{ order: ORDERS.used, from: after?.key ? after : undefined }]
      return [
        { order: ORDERS.neverUsed, from: after },
        { order: ORDERS.used, from: undefined },
      ]
  }
}

import type { DbOrTx } from '../db/types.ts'

/** What is limited in number: in a namespace, or, of organizations, for the user who makes them. */
export type Counted = 'robots' | 'repositories' | 'teams' | 'organizations'

/** Counts no further than `most`. @param id of the namespace, or of the user who made the organizations */
export function countUpTo(db: DbOrTx, what: Counted, id: string, most: number): Promise<number> {
  switch (what) {
    case 'robots':
      return db.robot.count({ where: { namespaceId: id }, take: most })
    case 'repositories':
      return db.repository.count({ where: { namespaceId: id }, take: most })
    case 'teams':
      return db.team.count({ where: { organizationId: id }, take: most })
    case 'organizations':
      return db.namespace.count({ where: { creatorId: id, deletedAt: null }, take: most })
  }
}

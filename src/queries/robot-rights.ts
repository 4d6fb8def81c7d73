import type { Db } from '../db/types.ts'
import type { RobotRights } from '../domain/delegation.ts'
import { isName } from '../domain/names.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** What a robot may do, by itself and through teams; nothing where there is no such robot. */
export async function findRobotRights(db: Db, ownerId: string, name: string): Promise<RobotRights> {
  const nothing = { repositoryRoles: [], teamRoles: [] }
  if (!isName(name)) return nothing
  const [found] = await db.$queryRaw<RobotRights[]>(Prisma.sql`
    WITH robot AS (
      SELECT id FROM robots WHERE namespace_id = ${ownerId}::uuid AND name = ${name}
    ), team AS (
      SELECT t.id, t.role FROM robot r
      JOIN team_members m ON m.robot_id = r.id JOIN teams t ON t.id = m.team_id
    )
    SELECT ARRAY(
      SELECT g.role::text FROM robot r JOIN repository_permissions g ON g.robot_id = r.id
      UNION SELECT g.role::text FROM robot r JOIN default_permissions g ON g.robot_id = r.id
      UNION SELECT g.role::text FROM team t JOIN repository_permissions g ON g.team_id = t.id
      UNION SELECT g.role::text FROM team t JOIN default_permissions g ON g.team_id = t.id
    ) AS "repositoryRoles", ARRAY(SELECT role::text FROM team) AS "teamRoles"`)
  return found ?? nothing
}

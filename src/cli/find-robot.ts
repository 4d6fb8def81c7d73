import { parseRobotFullName } from '../domain/names.ts'
import type { RobotOwner } from '../domain/owner.ts'
import type { Services } from '../services.ts'
import { NotFoundError } from './command-errors.ts'

/** @throws {NotFoundError} where no user or organization has the name */
export async function findOwner({ accountNames }: Services, name: string): Promise<RobotOwner> {
  const owner = await accountNames.find(name)
  if (owner) return owner
  throw new NotFoundError(`There is no user or organization ${name}`)
}

/** @throws {NotFoundError} where there is no such owner, or the name is none of a robot */
export async function findRobotKey(services: Services, fullName: string) {
  const name = parseRobotFullName(fullName)
  if (!name)
    throw new NotFoundError(`${fullName} is no name of a robot: it looks like acme+deployer`)
  return { owner: await findOwner(services, name.owner), name: name.shortName }
}

import { commandLine } from '../command-line.ts'
import type { Services } from '../services.ts'
import { NotFoundError } from './command-errors.ts'

/** @throws {NotFoundError} where there is no such user */
export async function findUser({ users }: Services, name: string) {
  const user = await users.find(name)
  if (user) return user
  throw new NotFoundError(`There is no user ${name}; one is made by: ${commandLine('user create')}`)
}

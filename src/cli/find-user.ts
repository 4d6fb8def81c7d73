import type { Services } from '../services.ts'
import { UsageError } from './usage-error.ts'

/** @throws {UsageError} where there is no such user */
export async function findUser({ users }: Services, name: string) {
  const user = await users.find(name)
  if (!user)
    throw new UsageError(`there is no user ${name}; create one with: quay-robots user create`)
  return user
}

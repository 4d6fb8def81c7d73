import type { Scope } from '../../src/domain/scopes.ts'
import type { Client } from './api.ts'
import { startStage } from './stage.ts'

export type FullStage = Awaited<ReturnType<typeof startFullStage>>
export type Person = (typeof PEOPLE)[number]

export const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'root'] as const

/** A stage with people on it, and the superuser root; `superusersFullAccess` is on. */
export async function startFullStage() {
  const stage = await startStage({ config: { superusersFullAccess: true } })
  await stage.people('alice', 'bob', 'carol', 'dave')
  await stage.superusers('root')
  const clients = new Map<Person, Client>()
  for (const name of PEOPLE) {
    const scopes: Scope[] =
      name === 'root' ? ['super:user'] : ['org:admin', 'user:admin', 'repo:admin']
    clients.set(name, await stage.client(name, ...scopes))
  }
  return {
    ...stage,
    /** Calls the API with every scope that the person needs. */
    as: (name: Person) => clients.get(name) as Client,
  }
}

import { startStage } from '../helpers/stage.ts'

/** alice administers acme, bob and carol are members, dave is none. */
export async function startMemberStage() {
  const stage = await startStage()
  await stage.people('alice', 'bob', 'carol', 'dave')
  await stage.superusers('root')
  const alice = await stage.client('alice', 'user:admin')
  await alice.post('/api/v1/organization/', { name: 'acme', email: 'Acme@Example.com' }).expect(201)
  await stage.team('acme', { name: 'devs', role: 'member', members: ['bob'] })
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['carol', 'bob'] })
  return stage
}

import type { ServiceOptions } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'

/** alice administers acme and bob its rival, each with a robot `bot`; carol is in neither. */
export async function startRivalStage(options: ServiceOptions = {}) {
  const stage = await startStage(options)
  await stage.people('alice', 'bob', 'carol')
  await stage.organization('acme')
  await stage.organization('rival', 'bob')
  await stage.team('rival', { name: 'spies', role: 'member' })
  for (const robot of ['acme+bot', 'rival+bot']) await stage.robot(robot)
  return stage
}

import { auditEntries } from '../helpers/rows.ts'
import { startStage } from '../helpers/stage.ts'

export type SuperuserStage = Awaited<ReturnType<typeof startSuperuserStage>>

/** A stage with two superusers, of whom `root` calls. */
export async function startSuperuserStage() {
  const stage = await startStage()
  await stage.superusers('root', 'root2')
  return {
    ...stage,
    root: await stage.client('root', 'super:user'),
    lastEntry: async () => (await auditEntries(stage.db)).at(-1),
  }
}

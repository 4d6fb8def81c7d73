import { SCOPES } from '../../src/domain/scopes.ts'
import { createQuayApi } from '../../src/quay/quay-api.ts'
import { createQuayRequests } from '../../src/quay/quay-requests.ts'
import { readQuay } from '../../src/quay/read-quay.ts'
import type { Stage } from '../helpers/stage.ts'
import type { SourceStage } from './source-stage.ts'

/** Takes organizations over from a source, as `import quay` does. */
export async function takeOver(source: SourceStage, { services }: Stage, organizations: string[]) {
  const token = await source.token('root', [...SCOPES])
  const requests = createQuayRequests({ url: new URL(source.url), token, rate: 1000 })
  const { things } = await readQuay(
    createQuayApi(requests, () => {}),
    organizations,
  )
  await requests.close()
  const { moveIn } = services
  await moveIn.run(await moveIn.plan(things, undefined))
}

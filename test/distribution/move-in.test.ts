import { afterAll, beforeAll, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { createQuayApi } from '../../src/quay/quay-api.ts'
import { createQuayRequests } from '../../src/quay/quay-requests.ts'
import { readQuay } from '../../src/quay/read-quay.ts'
import { type SourceStage, startSourceStage } from '../move-in/source-stage.ts'
import { createImage } from './image.ts'
import { type OneAddress, startOneAddress } from './one-address.ts'
import { DENIED, expectDone, expectRefused } from './outcomes.ts'
import { createSkopeo, type Skopeo } from './skopeo.ts'

let source: SourceStage
let place: OneAddress
let skopeo: Skopeo
let image: Awaited<ReturnType<typeof createImage>>

beforeAll(async () => {
  source = await startSourceStage()
  place = await startOneAddress()
  skopeo = await createSkopeo(place.host)
  image = await createImage()
})
afterAll(async () => {
  await image?.remove()
  await skopeo?.close()
  await place?.close()
  await source?.close()
})

async function moveIn() {
  const token = await source.token('root', [...SCOPES])
  const requests = createQuayRequests({ url: new URL(source.url), token, rate: 1000 })
  const { things } = await readQuay(
    createQuayApi(requests, () => {}),
    ['acme'],
  )
  await requests.close()
  const { moveIn: service } = place.stage.services
  await service.run(await service.plan(things, undefined))
}

it('lets the secret that a robot had at the Quay it came from push and pull, and no more than there', async () => {
  await moveIn()
  const old = { username: 'acme+deployer', password: source.secrets['acme+deployer'] }
  expectDone(await skopeo.login(old))
  expectDone(await skopeo.push(image.layout, 'acme/web:1', old))
  expectDone(await skopeo.pull('acme/web:1', old))
  const bare = { username: 'acme+bare', password: source.secrets['acme+bare'] }
  expectDone(await skopeo.login(bare))
  expectRefused(await skopeo.pull('acme/web:1', bare), DENIED)
})

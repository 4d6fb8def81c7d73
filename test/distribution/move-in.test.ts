import { afterAll, beforeAll, it } from 'vitest'
import { type SourceStage, startSourceStage } from '../move-in/source-stage.ts'
import { takeOver } from '../move-in/take-over.ts'
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

it('lets the secret that a robot had at the Quay it came from push and pull, and no more than there', async () => {
  await takeOver(source, place.stage, ['acme'])
  const old = { username: 'acme+deployer', password: source.secrets['acme+deployer'] }
  expectDone(await skopeo.login(old))
  expectDone(await skopeo.push(image.layout, 'acme/web:1', old))
  expectDone(await skopeo.pull('acme/web:1', old))
  const bare = { username: 'acme+bare', password: source.secrets['acme+bare'] }
  expectDone(await skopeo.login(bare))
  expectRefused(await skopeo.pull('acme/web:1', bare), DENIED)
})

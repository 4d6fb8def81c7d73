import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { freePort } from '../helpers/ports.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { type SourceStage, startSourceStage } from '../move-in/source-stage.ts'
import { takeOver } from '../move-in/take-over.ts'
import { startDistribution } from './distribution.ts'
import { createImage } from './image.ts'
import { expectDone, expectRefused } from './outcomes.ts'
import type { Server } from './processes.ts'
import { createSkopeo, type Skopeo } from './skopeo.ts'

// docs/move-in.md: a Distribution that trusted one token service comes to trust another one, and goes back, while jobs log in.

const ROBOT = 'acme+deployer'
const IMAGE = 'acme/web:1'
const UNTRUSTED = /authentication required|unauthorized/

let old: SourceStage
let next: Stage
let skopeo: Skopeo
let image: Awaited<ReturnType<typeof createImage>>
let images: string
let port: number
let registry: Server | undefined

beforeAll(async () => {
  images = await mkdtemp(join(tmpdir(), 'quay-robots-images-'))
  old = await startSourceStage()
  const { tokenIssuer, registryService } = old.config
  next = await startStage({ config: { tokenIssuer, registryService } })
  await next.superusers('root')
  port = await freePort()
  skopeo = await createSkopeo(`127.0.0.1:${port}`)
  image = await createImage()
})
afterAll(async () => {
  await registry?.stop()
  await image?.remove()
  await skopeo?.close()
  await next?.close()
  await old?.close()
  await rm(images, { recursive: true, force: true })
})

const certificateOf = async ({ url }: Stage) =>
  (await fetch(`${url}/.well-known/registry-ca.pem`)).text()

/** Starts the registry again, as its operator changes its file. */
async function restart({ realm, trusted }: { realm: Stage; trusted: Stage[] }) {
  await registry?.stop()
  const certificates = await Promise.all(trusted.map(certificateOf))
  const { tokenIssuer, registryService } = old.config
  registry = await startDistribution({
    ...{ port, images, issuer: tokenIssuer, service: registryService },
    certificate: certificates.join('\n'),
    realm: `${realm.url}/v2/auth`,
  })
}

it('takes over a registry from another token service, and gives it back, with the secrets that jobs have', async () => {
  const job = { username: ROBOT, password: old.secrets[ROBOT] }
  await restart({ realm: old, trusted: [old] })
  expectDone(await skopeo.push(image.layout, IMAGE, job))

  await takeOver(old, next, ['acme'])
  await restart({ realm: old, trusted: [old, next] })
  expectDone(await skopeo.pull(IMAGE, job))
  await restart({ realm: next, trusted: [old, next] })
  expectDone(await skopeo.pull(IMAGE, job))
  expectDone(await skopeo.push(image.layout, IMAGE, job))

  await restart({ realm: old, trusted: [old, next] })
  expectDone(await skopeo.pull(IMAGE, job))
  await restart({ realm: next, trusted: [next] })
  expectDone(await skopeo.pull(IMAGE, job))
  await restart({ realm: old, trusted: [next] })
  expectRefused(await skopeo.pull(IMAGE, job), UNTRUSTED)
})

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const OCI = 'application/vnd.oci.image'

export interface Image {
  /** The folder, an OCI layout: its one image or index is called `latest`. */
  layout: string
  digest: string
  remove(): Promise<void>
}

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

/** An OCI layout with one image of one file, made by hand. */
export const createImage = () => createLayout((store) => putImage(store, 'amd64'))

/** The same with an index of two images, for two architectures. */
export const createIndex = () =>
  createLayout(async (store) => {
    const manifests = []
    for (const architecture of ['amd64', 'arm64']) {
      const manifest = await putImage(store, architecture)
      manifests.push({ ...manifest, platform: { os: 'linux', architecture } })
    }
    const mediaType = `${OCI}.index.v1+json`
    return store.json(mediaType, { schemaVersion: 2, mediaType, manifests })
  })

async function createLayout(fill: (store: Store) => Promise<Descriptor>): Promise<Image> {
  const layout = await mkdtemp(join(tmpdir(), 'quay-robots-image-'))
  const store = await createStore(layout)
  const content = await fill(store)
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' }
  const index = { schemaVersion: 2, manifests: [{ ...content, annotations }] }
  await writeFile(join(layout, 'index.json'), JSON.stringify(index))
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  const remove = () => rm(layout, { recursive: true, force: true })
  return { layout, digest: content.digest, remove }
}

type Store = Awaited<ReturnType<typeof createStore>>

async function createStore(layout: string) {
  const blobs = join(layout, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  async function put(mediaType: string, bytes: Buffer): Promise<Descriptor> {
    const hash = sha256(bytes)
    await writeFile(join(blobs, hash), bytes)
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length }
  }
  return {
    bytes: put,
    json: (mediaType: string, value: object) => put(mediaType, Buffer.from(JSON.stringify(value))),
  }
}

/** The file is random, or clients would look for the layer in repositories of earlier runs. */
async function putImage(store: Store, architecture: string): Promise<Descriptor> {
  const tar = tarOf('random', randomBytes(256))
  const layer = await store.bytes(`${OCI}.layer.v1.tar+gzip`, gzipSync(tar))
  const config = await store.json(`${OCI}.config.v1+json`, {
    architecture,
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(tar)}`] },
  })
  const mediaType = `${OCI}.manifest.v1+json`
  return store.json(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A ustar archive of one file (POSIX.1-1988): a header, the content, and two empty blocks. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)])
}

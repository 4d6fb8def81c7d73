import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const OCI = 'application/vnd.oci.image'

/**
 * An OCI layout with one image of one file, made by hand. The file is random, or the client would look for
 * the layer in repositories of earlier runs.
 */
export async function createImage() {
  const layout = await mkdtemp(join(tmpdir(), 'quay-robots-image-'))
  const blobs = join(layout, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })

  async function put(mediaType: string, bytes: Buffer) {
    const hash = sha256(bytes)
    await writeFile(join(blobs, hash), bytes)
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length }
  }
  const json = (value: object) => Buffer.from(JSON.stringify(value))

  const tar = tarOf('random', randomBytes(256))
  const layer = await put(`${OCI}.layer.v1.tar+gzip`, gzipSync(tar))
  const config = await put(
    `${OCI}.config.v1+json`,
    json({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(tar)}`] },
    }),
  )
  const manifest = await put(
    `${OCI}.manifest.v1+json`,
    json({ schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config, layers: [layer] }),
  )
  await writeFile(join(layout, 'index.json'), json({ schemaVersion: 2, manifests: [manifest] }))
  await writeFile(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }))
  return { layout, remove: () => rm(layout, { recursive: true, force: true }) }
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

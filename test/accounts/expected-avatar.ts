import { createHash } from 'node:crypto'
import { expect } from 'vitest'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** An avatar whose hash is that of the identity: of anything where that is empty. */
export const avatar = (name: string, kind: string, identity: string | undefined = name) => ({
  name,
  hash: identity === '' ? expect.stringMatching(/^[0-9a-f]{64}$/) : sha256(identity),
  color: expect.stringMatching(/^#[0-9a-f]{6}$/),
  kind,
})

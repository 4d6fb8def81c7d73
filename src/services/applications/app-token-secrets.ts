import { digestAppToken, generateAppToken } from '../../crypto/app-token.ts'
import type { Keyring } from '../../crypto/keyring.ts'
import type { RandomBytes } from '../../domain/runtime.ts'

export type AppTokenSecrets = ReturnType<typeof createAppTokenSecrets>

interface Stored {
  id: string
  sealKeyId: string
  sealed: Uint8Array<ArrayBuffer>
}

const context = (id: string) => `app-token:${id}:token`

/** Keeps app-specific tokens: sealed and bound to their row, with a digest to find them by. */
export function createAppTokenSecrets(deps: { keyring: Keyring; randomBytes: RandomBytes }) {
  function seal(id: string, token: string) {
    const { keyId, sealed } = deps.keyring.seal(token, context(id))
    return { sealKeyId: keyId, sealed }
  }

  /** @throws {UnknownKeyError} where the ring lacks the key */
  const reveal = ({ id, sealKeyId: keyId, sealed }: Stored) =>
    deps.keyring.open({ keyId, sealed }, context(id)).toString('ascii')

  return {
    /** A new token and the columns that keep it. */
    issue(id: string) {
      const token = generateAppToken(deps.randomBytes)
      return { token, columns: { ...seal(id, token), digest: digestAppToken(token) } }
    },

    reveal,

    /** The columns that keep the same token under the current key. */
    reseal: (stored: Stored) => seal(stored.id, reveal(stored)),
  }
}

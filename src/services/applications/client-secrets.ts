import { createHash, timingSafeEqual } from 'node:crypto'
import type { Keyring } from '../../crypto/keyring.ts'
import { generateClientSecret, isClientSecret } from '../../domain/oauth-client.ts'
import type { RandomBytes } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'

export type ClientSecrets = ReturnType<typeof createClientSecrets>

/** The columns of a secret: null for the application that `user/initialize` makes, which has none. */
interface Stored {
  id: string
  secretKeyId: string | null
  secretSealed: Uint8Array<ArrayBuffer> | null
}

const context = (applicationId: string) => `oauth-application:${applicationId}:secret`

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** Keeps client secrets: sealed and bound to their row, since Quay's API shows them again. */
export function createClientSecrets(deps: { keyring: Keyring; randomBytes: RandomBytes }) {
  function seal(applicationId: string, secret: string) {
    const { keyId, sealed } = deps.keyring.seal(secret, context(applicationId))
    return { secretKeyId: keyId, secretSealed: sealed }
  }

  /** @throws {UnknownKeyError} where the ring lacks the key */
  const reveal = ({ id, secretKeyId: keyId, secretSealed: sealed }: Stored) =>
    keyId === null || sealed === null
      ? null
      : deps.keyring.open({ keyId, sealed }, context(id)).toString('ascii')

  const issue = (applicationId: string) =>
    seal(applicationId, generateClientSecret(deps.randomBytes))

  return {
    /** The columns that keep a new secret. */
    issue,

    /** A new one where scopes are added: some who know the old one might not be shown it now. */
    issueIfGrown: (
      { id, scopes: before }: { id: string; scopes: readonly Scope[] },
      scopes: readonly Scope[],
    ) => (scopes.some((scope) => !before.includes(scope)) ? issue(id) : {}),

    reveal,

    /** Compared in constant time. */
    matches(application: Stored, given: string) {
      const secret = isClientSecret(given) ? reveal(application) : null
      return secret !== null && timingSafeEqual(sha256(secret), sha256(given))
    },

    /** The columns that keep the same secret under the current key. */
    reseal: (application: Stored) => {
      const secret = reveal(application)
      return secret === null ? {} : seal(application.id, secret)
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Keyring } from '../../src/crypto/keyring.ts'
import type { Db } from '../../src/db/types.ts'
import type { RandomBytes } from '../../src/domain/runtime.ts'
import { generateStaticToken } from '../../src/domain/static-token.ts'

interface Credential {
  token_key_id: string
  token_sealed: Uint8Array<ArrayBuffer>
  token_digest: Uint8Array<ArrayBuffer>
}

/** What servers do of the versions whose robots have one secret, in the columns of their row. */
export function oldRobotServer(db: Db, keyring: Keyring, randomBytes: RandomBytes) {
  const context = (id: string) => `robot:${id}:token`

  function credential(id: string) {
    const token = generateStaticToken(randomBytes)
    const { keyId, sealed } = keyring.seal(token, context(id))
    return { token, keyId, sealed, digest: keyring.digest(token).digest }
  }

  async function find(name: string) {
    const [row] = await db.$queryRaw<(Credential & { id: string; credential_id: string })[]>`
      SELECT id, credential_id, token_key_id, token_sealed, token_digest FROM robots WHERE name = ${name}`
    if (!row) throw new Error(`no robot ${name}`)
    return row
  }

  return {
    /** @returns the token */
    async create(namespaceId: string, name: string) {
      const id = randomUUID()
      const { token, keyId, sealed, digest } = credential(id)
      await db.$executeRaw`
        INSERT INTO robots (id, namespace_id, name, description, credential_id, token_key_id, token_sealed,
                            token_digest, created_at)
        VALUES (${id}::uuid, ${namespaceId}::uuid, ${name}, '', ${randomUUID()}::uuid, ${keyId}, ${sealed}, ${digest}, now())`
      return token
    },

    /** @returns the new token */
    async regenerate(name: string) {
      const { id } = await find(name)
      const { token, keyId, sealed, digest } = credential(id)
      await db.$executeRaw`
        UPDATE robots SET credential_id = ${randomUUID()}::uuid, token_key_id = ${keyId}, token_sealed = ${sealed},
                          token_digest = ${digest} WHERE id = ${id}::uuid`
      return token
    },

    /** Seals the same token anew. */
    async reseal(name: string) {
      const { id, ...row } = await find(name)
      const { token_key_id: keyId, token_sealed: sealed } = row
      const token = keyring.open({ keyId, sealed }, context(id)).toString()
      const again = keyring.seal(token, context(id))
      await db.$executeRaw`
        UPDATE robots SET token_key_id = ${again.keyId}, token_sealed = ${again.sealed},
                          token_digest = ${keyring.digest(token).digest} WHERE id = ${id}::uuid`
    },

    /** The token that it shows. */
    async shown(name: string) {
      const { id, token_key_id: keyId, token_sealed: sealed } = await find(name)
      return keyring.open({ keyId, sealed }, context(id)).toString()
    },

    async letsIn(name: string, token: string) {
      const { token_key_id: keyId, token_digest: digest } = await find(name)
      return keyring.digestMatches({ keyId, digest }, token)
    },
  }
}

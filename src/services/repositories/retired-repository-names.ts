import type { Tx } from '../../db/types.ts'
import type { Reader } from '../../domain/principal.ts'
import { administers } from '../../queries/repository-roles.ts'
import { isRepositoryRetired, takeRepositoryName } from '../../queries/retired-names.ts'

interface NewName {
  namespace: { id: string; name: string }
  repository: string
}

/**
 * Whether somebody may keep the name that this transaction has given a repository. Where there may be images under it, only
 * who administers the namespace may, whatever the scopes of the token.
 */
export async function mayTakeRepositoryName(
  tx: Tx,
  name: NewName,
  creator: Reader,
): Promise<boolean> {
  if (!(await isRepositoryRetired(tx, name))) return true
  const mayTake =
    creator.kind === 'everybody' || (await administers(tx, creator, name.namespace.id))
  if (mayTake) await takeRepositoryName(tx, name)
  return mayTake
}

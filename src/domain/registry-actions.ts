import type { RepositoryRole } from './repository-roles.ts'

/** In the order in which an answer lists them. */
export const REGISTRY_ACTIONS = ['push', 'pull', 'delete', '*'] as const

export type RegistryAction = (typeof REGISTRY_ACTIONS)[number]

/** What each role lets do at a registry (docs/registry.md). */
const ROLE_ACTIONS: Record<RepositoryRole, readonly RegistryAction[]> = {
  read: ['pull'],
  write: ['push', 'pull'],
  admin: ['push', 'pull', 'delete', '*'],
}

const roleAllows = (role: RepositoryRole | undefined, action: RegistryAction) =>
  role !== undefined && ROLE_ACTIONS[role].includes(action)

/** What a caller, logged in or not, is to a repository. */
interface Standing {
  /** The caller's role, capped by the credential. */
  role: RepositoryRole | undefined
  isPublic: boolean
  /** Whether this request has created it. */
  isCreated: boolean
}

/** Whether a caller may do something with a repository, within what the credential reaches (`registry-reach.ts`). */
export const mayAct = ({ role, isPublic, isCreated }: Standing, action: RegistryAction) =>
  roleAllows(role, action) ||
  // Whoever it is, without a log-in too.
  (action === 'pull' && isPublic) ||
  // A credential that may create the repository may also push to it, whatever its cap, as in Quay.
  (action === 'push' && isCreated)

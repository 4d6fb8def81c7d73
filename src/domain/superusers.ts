import type { Actor, Performer } from './actor.ts'
import { invalidRequest } from './errors.ts'

export const isSuperuser = (actor: Actor) => actor.kind === 'user' && actor.superuser

/** Whether everything is open to the actor: a superuser, where full access is switched on. */
export const hasFullAccess = (actor: Actor, superusersFullAccess: boolean) =>
  superusersFullAccess && isSuperuser(actor) && actor.scopes.has('super:user')

interface Account {
  id: string
  superuser: boolean
}

/**
 * Superusers do not change or delete one another, nor themselves: that is for the operator, by command.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertChangeable({ superuser }: Account, change: 'update' | 'delete') {
  if (superuser) throw invalidRequest(`Cannot ${change} a superuser`)
}

/**
 * Nor do they end one another's tokens.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertMayEndTokensOf({ id, superuser }: Account, { actor }: Performer) {
  const isOwn = actor?.kind === 'user' && actor.userId === id
  if (superuser && !isOwn) throw invalidRequest('Cannot end a token of another superuser')
}

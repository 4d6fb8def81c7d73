import type { Actor } from './actor.ts'

export const isSuperuser = (actor: Actor) => actor.kind === 'user' && actor.superuser

/** Whether everything is open to the actor: a superuser, where full access is switched on. */
export const hasFullAccess = (actor: Actor, superusersFullAccess: boolean) =>
  superusersFullAccess && isSuperuser(actor) && actor.scopes.has('super:user')

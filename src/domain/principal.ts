import { type Actor, memberOf } from './actor.ts'

/** Whose roles are asked for. */
export type Principal =
  | { kind: 'robot' | 'user'; id: string }
  /** An application: administrator of the organization with this id. */
  | { kind: 'administrator'; id: string }
  /** Public repositories only. */
  | { kind: 'nobody' }

/** Who needs no role, or whose roles are asked for. */
export type Reader = Principal | { kind: 'everybody' }

export const EVERYBODY: Reader = { kind: 'everybody' }

/** As whom an actor's roles are looked up. */
export function principalOf(actor: Actor | null | undefined): Principal {
  if (!actor) return { kind: 'nobody' }
  return actor.kind === 'application'
    ? { kind: 'administrator', id: actor.organizationId }
    : memberOf(actor)
}

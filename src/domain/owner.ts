import type { PolicyHolder } from './robot-policy.ts'

/** The namespace, a user or an organization, whose robots and other things are meant. */
export interface Owner {
  id: string
  name: string
}

/** One with what it decides about its robots. */
export interface RobotOwner extends Owner, PolicyHolder {}

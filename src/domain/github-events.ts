import type { ClaimCondition } from './claim-conditions.ts'

/**
 * Events that start jobs of GitHub Actions with the rights of the repository, which may run what somebody from outside has
 * proposed.
 */
export const RISKY_EVENTS: readonly unknown[] = ['pull_request_target', 'workflow_run']

/** Whether jobs that an event started may come in: if it is risky, only where the condition on `event_name` lists it. */
export const admitsEvent = (condition: ClaimCondition | undefined, event: unknown): boolean =>
  !RISKY_EVENTS.includes(event) || lists(condition, event)

const lists = (condition: ClaimCondition | undefined, value: unknown) =>
  Array.isArray(condition) ? condition.some((one) => one === value) : condition === value

import { expect } from 'vitest'
import type { Outcome } from './processes.ts'

const DONE = { status: 0 }

export const expectDone = ({ status, stderr }: Outcome) =>
  expect({ status, stderr }).toMatchObject(DONE)

export function expectRefused({ status, stderr }: Outcome, reason: RegExp) {
  expect(status).toBe(1)
  expect(stderr).toMatch(reason)
}

/** What skopeo says where the registry refuses, and where it cannot log in. */
export const DENIED = /denied/
export const BAD_LOGIN = /invalid username\/password/

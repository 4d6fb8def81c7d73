import { ServiceError } from '../../domain/errors.ts'
import type { LoginKind } from '../../domain/login-kind.ts'
import type { LoginOutcome, Telemetry } from '../../domain/telemetry.ts'

/** Counts how a log-in ends. */
export async function countLogin<T>(
  telemetry: Pick<Telemetry, 'record'>,
  kind: LoginKind,
  logIn: () => Promise<T>,
): Promise<T> {
  const count = (outcome: LoginOutcome) => telemetry.record({ event: 'login', kind, outcome })
  try {
    const result = await logIn()
    count('accepted')
    return result
  } catch (error) {
    count(outcomeOf(error))
    throw error
  }
}

function outcomeOf(error: unknown): LoginOutcome {
  if (!(error instanceof ServiceError)) return 'unavailable'
  if (error.code === 'rate_limited') return 'throttled'
  return error.code === 'registry_unauthorized' ? 'refused' : 'unavailable'
}

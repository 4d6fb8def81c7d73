import { isLoginRefusal, ServiceError } from '../../domain/errors.ts'
import type { LoginKind } from '../../domain/login-kind.ts'
import type { LoginOutcome, Telemetry } from '../../domain/telemetry.ts'

/**
 * Counts how a log-in ends.
 *
 * @param isRefusal tells refusals that are not thrown
 */
export async function countLogin<T>(
  telemetry: Pick<Telemetry, 'record'>,
  kind: LoginKind,
  logIn: () => Promise<T>,
  isRefusal = (_result: T) => false,
): Promise<T> {
  const count = (outcome: LoginOutcome) => telemetry.record({ event: 'login', kind, outcome })
  try {
    const result = await logIn()
    count(isRefusal(result) ? 'refused' : 'accepted')
    return result
  } catch (error) {
    count(outcomeOf(error))
    throw error
  }
}

function outcomeOf(error: unknown): LoginOutcome {
  if (!(error instanceof ServiceError)) return 'unavailable'
  if (error.code === 'rate_limited') return 'throttled'
  return isLoginRefusal(error) ? 'refused' : 'unavailable'
}

/** What a scenario saw, and which promises were broken. */
export interface Outcome {
  observations: string[]
  violations: string[]
}

export interface Row extends Outcome {
  scenario: string
  seconds: number
}

export function createOutcome() {
  const outcome: Outcome = { observations: [], violations: [] }
  return {
    ...outcome,
    saw: (text: string) => outcome.observations.push(text),
    /** A promise that must hold. */
    promise(text: string, holds: boolean) {
      if (!holds) outcome.violations.push(text)
    },
  }
}

export type OutcomeBuilder = ReturnType<typeof createOutcome>

export function table(rows: Row[]): string {
  const lines = rows.flatMap(({ scenario, seconds, observations, violations }) => [
    `| ${scenario} | ${violations.length === 0 ? 'held' : 'BROKEN'} | ${observations.join('; ')} | ${seconds} s |`,
    ...[...new Set(violations)].map((text) => `| | BROKEN | ${text} | |`),
  ])
  return ['| scenario | promises | observed | took |', '|---|---|---|---|', ...lines].join('\n')
}

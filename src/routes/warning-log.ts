import type { FastifyRequest } from 'fastify'
import type { ReviewedEntry } from '../services/federation/entry-review.ts'

/** Tells the operator what is saved with warnings: one line for all, in which each code has its count. */
export function logWarnings({ log, owner, params }: FastifyRequest, entries: ReviewedEntry[]) {
  const warnings: Record<string, number> = {}
  for (const { code } of entries.flatMap((entry) => entry.warnings)) {
    warnings[code] = (warnings[code] ?? 0) + 1
  }
  if (Object.keys(warnings).length === 0) return
  const { robot_shortname: robot } = params as { robot_shortname: string }
  log.warn({ owner: owner?.name, robot, warnings }, 'federation entries have warnings')
}

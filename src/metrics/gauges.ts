import { Gauge, type Registry } from 'prom-client'
import type { PoolUse } from '../db/connections.ts'
import { ISSUER_STATES, type IssuerState } from '../domain/telemetry.ts'

/** How often the database is asked for sizes and numbers (ms); Prometheus gets the latest. */
export const MEASURED_EVERY = 60_000

export interface MetricsSources {
  poolUse: () => PoolUse
  /** Requests at work. */
  inFlight: () => number
  issuerStates: () => Record<IssuerState, number>
  /** Undefined where it is not known. */
  logSize: () => { bytes: number; entries: number } | undefined
  entriesForAnyAudience: () => number | undefined
  /** What webhooks are yet to be told; undefined where it is not known. */
  outbox: () => Record<OutboxFigure, number> | undefined
}

const OUTBOX = {
  waiting: ['', 'Deliveries to webhooks that are yet to be made, up to 10000'],
  ageSeconds: ['_age_seconds', 'Time since the oldest event of these; 0 where there is none'],
  failingTargets: ['_failing_targets', 'Webhooks with a delivery of these that has failed before'],
} as const

type OutboxFigure = keyof typeof OUTBOX

/**
 * Each is asked when Prometheus asks, so none may take its time. `aggregator`: what the database says is said by each process of
 * the server; all else is added up.
 */
export function observeSources(
  registry: Registry,
  { poolUse, inFlight, issuerStates, logSize, entriesForAnyAudience, outbox }: MetricsSources,
) {
  const registers = [registry]
  new Gauge({
    name: 'quay_robots_issuers',
    help: 'Issuers that were asked for keys, by state: fresh keys, stale ones that are still used, or none since asking failed',
    labelNames: ['state'],
    aggregator: 'max',
    registers,
    collect() {
      const states = issuerStates()
      for (const state of ISSUER_STATES) this.set({ state }, states[state])
    },
  })
  new Gauge({
    name: 'quay_robots_requests_in_flight',
    help: 'Requests at work',
    registers,
    collect() {
      this.set(inFlight())
    },
  })
  new Gauge({
    name: 'quay_robots_database_connections',
    help: 'Connections to the database by state',
    labelNames: ['state'],
    registers,
    collect() {
      const { used, idle } = poolUse()
      this.set({ state: 'used' }, used)
      this.set({ state: 'idle' }, idle)
    },
  })
  new Gauge({
    name: 'quay_robots_database_waiting',
    help: 'Queries that wait for a connection to the database',
    registers,
    collect() {
      this.set(poolUse().waiting)
    },
  })
  new Gauge({
    name: 'quay_robots_entries_without_audience',
    help: 'Federation entries that admit tokens for any audience, up to 10000',
    aggregator: 'max',
    registers,
    collect() {
      const count = entriesForAnyAudience()
      if (count === undefined) this.remove()
      else this.set(count)
    },
  })
  for (const [figure, [suffix, help]] of Object.entries(OUTBOX)) {
    new Gauge({
      name: `quay_robots_webhook_outbox${suffix}`,
      help,
      aggregator: 'max',
      registers,
      collect() {
        const figures = outbox()
        if (figures) this.set(figures[figure as OutboxFigure])
        else this.remove()
      },
    })
  }
  for (const [unit, help] of [
    ['bytes', 'Size of the audit log with its indexes'],
    ['entries', 'Entries of the audit log, as the database estimates them'],
  ] as const) {
    new Gauge({
      name: `quay_robots_audit_log_${unit}`,
      help,
      aggregator: 'max',
      registers,
      collect() {
        const size = logSize()
        if (size) this.set(size[unit])
        else this.remove()
      },
    })
  }
}

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
}

/** Each is asked when Prometheus asks, so none may take its time. */
export function observeSources(
  registry: Registry,
  { poolUse, inFlight, issuerStates, logSize, entriesForAnyAudience }: MetricsSources,
) {
  const registers = [registry]
  new Gauge({
    name: 'quay_robots_issuers',
    help: 'Issuers that were asked for keys, by state: fresh keys, stale ones that are still used, or none since asking failed',
    labelNames: ['state'],
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
    registers,
    collect() {
      const count = entriesForAnyAudience()
      if (count === undefined) this.remove()
      else this.set(count)
    },
  })
  for (const [unit, help] of [
    ['bytes', 'Size of the audit log with its indexes'],
    ['entries', 'Entries of the audit log, as the database estimates them'],
  ] as const) {
    new Gauge({
      name: `quay_robots_audit_log_${unit}`,
      help,
      registers,
      collect() {
        const size = logSize()
        if (size) this.set(size[unit])
        else this.remove()
      },
    })
  }
}

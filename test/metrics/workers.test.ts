import { describe, expect, it } from 'vitest'
import type { Peers } from '../../src/domain/peers.ts'
import type { MetricsSources } from '../../src/metrics/gauges.ts'
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts'

// What two processes of a server say together, of which each says the same.

const SOURCES: MetricsSources = {
  poolUse: () => ({ used: 1, idle: 2, waiting: 3 }),
  inFlight: () => 4,
  issuerStates: () => ({ fresh: 5, stale: 6, failed: 7 }),
  logSize: () => ({ bytes: 8, entries: 9 }),
  entriesForAnyAudience: () => 10,
  outbox: () => ({ waiting: 11, ageSeconds: 12, failingTargets: 13 }),
}

/** The metrics of one of two that live, and one that has ended. */
function together(sources: Partial<MetricsSources> = {}): Metrics {
  let give: () => Promise<unknown> = async () => undefined
  const peers: Peers = {
    ...{ tell() {}, onTold() {}, once: () => Promise.reject(new Error('nothing to do')) },
    answer(_topic, own) {
      give = own
    },
    askAll: async () => ({ answers: [await give(), await give()], departed: [await give()] }),
  }
  return createMetrics({ ...SOURCES, ...sources }, peers)
}

/** By name with labels. */
async function figuresOf(metrics: Metrics) {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('quay_robots_'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', figure] = /^quay_robots_(\S+) (\S+)$/.exec(line) ?? []
      return [name, Number(figure)]
    }),
  )
}

describe('of several processes', () => {
  it('figures of the database, and of issuers, are those of one; what each has itself is added up', async () => {
    expect(await figuresOf(together())).toMatchObject({
      'database_connections{state="used"}': 2 * 1,
      'database_connections{state="idle"}': 2 * 2,
      database_waiting: 2 * 3,
      requests_in_flight: 2 * 4,
      'issuers{state="fresh"}': 5,
      'issuers{state="stale"}': 6,
      'issuers{state="failed"}': 7,
      audit_log_bytes: 8,
      audit_log_entries: 9,
      entries_without_audience: 10,
      webhook_outbox: 11,
      webhook_outbox_age_seconds: 12,
      webhook_outbox_failing_targets: 13,
    })
  })

  it('figures that nobody knows are left out', async () => {
    const nothing = () => undefined
    const unknown = { logSize: nothing, entriesForAnyAudience: nothing, outbox: nothing }
    const names = Object.keys(await figuresOf(together(unknown)))
    const known = /^(audit_log|entries_without|webhook_outbox)/
    expect(names.filter((name) => known.test(name))).toEqual([])
  })

  it('counts are added up, those of processes that ended, too', async () => {
    const metrics = together()
    const request = { route: '/live', method: 'GET', seconds: 0.02, databaseFault: undefined }
    metrics.finished({ ...request, status: 200 })
    metrics.finished({ ...request, status: 503, databaseFault: 'full' })
    metrics.finished({ ...request, route: undefined, status: undefined })
    metrics.shed('bodies')
    metrics.happened({ event: 'webhook_delivery', result: 'given_up' })
    metrics.happened({ event: 'issuer_failure', fault: 'dns' })
    metrics.happened({ event: 'issuer_keys', result: 'stale' })
    const all = 3
    const live = 'route="/live",method="GET"'
    expect(await figuresOf(metrics)).toMatchObject({
      [`http_requests_total{${live},status="2xx"}`]: all,
      [`http_requests_total{${live},status="5xx"}`]: all,
      'http_requests_total{route="none",method="GET",status="aborted"}': all,
      [`http_request_duration_seconds_count{${live}}`]: 2 * all,
      [`http_request_duration_seconds_bucket{le="0.01",${live}}`]: 0,
      [`http_request_duration_seconds_bucket{le="0.025",${live}}`]: 2 * all,
      'database_failures_total{reason="full"}': all,
      'database_failures_total{reason="too_slow"}': 0,
      'requests_shed_total{reason="bodies"}': all,
      'webhook_deliveries_total{result="given_up"}': all,
      'issuer_failures_total{reason="dns"}': all,
      'issuer_keys_total{result="stale"}': all,
    })
  })
})

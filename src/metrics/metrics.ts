import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Histogram,
  type MetricObject,
  Registry,
} from 'prom-client'
import type { Unavailability } from '../db/unavailability.ts'
import { EXCHANGE_OUTCOMES } from '../domain/exchange-errors.ts'
import { ISSUER_FAULTS } from '../domain/issuer-fault.ts'
import { LOGIN_KINDS } from '../domain/login-kind.ts'
import type { Peers } from '../domain/peers.ts'
import {
  DELIVERY_RESULTS,
  ISSUER_KEY_RESULTS,
  LOGIN_OUTCOMES,
  type TelemetryEvent,
} from '../domain/telemetry.ts'
import { type MetricsSources, observeSources } from './gauges.ts'

interface FinishedRequest {
  /** The template of the route, never the path itself; undefined for a path without route. */
  route: string | undefined
  method: string
  /** Undefined where the caller hung up before the answer. */
  status: number | undefined
  seconds: number
  /** Why the database did not serve it, where that was why it failed. */
  databaseFault: Unavailability | undefined
}

const UNAVAILABILITIES: Unavailability[] = [
  'unreachable',
  'too_slow',
  'conflict',
  'full',
  'read_only',
]

const SHED_REASONS = ['in_flight', 'event_loop', 'bodies'] as const
type ShedReason = (typeof SHED_REASONS)[number]

/** Seconds; most answers take some milliseconds, and none more than the deadline of requests. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * The metrics for Prometheus. Every label has a closed set of values, so that nothing a caller sends becomes one.
 *
 * @param peers where the server has several processes: their text is that of all
 */
export function createMetrics(sources: MetricsSources, peers?: Peers) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  observeSources(registry, sources)
  const requests = requestMetrics(registry)
  const events = eventMetrics(registry)
  peers?.answer(TOPIC, () => registry.getMetricsAsJSON())

  return {
    contentType: registry.contentType,
    text: () => (peers ? textOfAll(peers) : registry.metrics()),

    finished({ route = 'none', method, status, seconds, databaseFault }: FinishedRequest) {
      requests.count.inc({ route, method, status: statusClass(status) })
      requests.duration.observe({ route, method }, seconds)
      if (databaseFault) requests.databaseFaults.inc({ reason: databaseFault })
    },

    shed: (reason: ShedReason) => requests.shed.inc({ reason }),

    happened(event: TelemetryEvent) {
      if (event.event === 'exchange') events.exchanges.inc({ outcome: event.outcome })
      else if (event.event === 'issuer_keys') events.issuerKeys.inc({ result: event.result })
      else if (event.event === 'issuer_failure') events.issuerFailures.inc({ reason: event.fault })
      else if (event.event === 'webhook_delivery') events.deliveries.inc({ result: event.result })
      else events.logins.inc({ kind: event.kind, outcome: event.outcome })
    },
  }
}

const TOPIC = 'metrics'

/** Of those that have ended, what they counted stays: a count never falls. */
async function textOfAll(peers: Peers): Promise<string> {
  const { answers, departed } = (await peers.askAll(TOPIC)) as {
    answers: MetricObject[][]
    departed: MetricObject[][]
  }
  const counted = departed.map((metrics) =>
    metrics.filter(({ type }) => COUNTING.includes(String(type))),
  )
  return AggregatorRegistry.aggregate([...answers, ...counted]).metrics()
}

const COUNTING = ['counter', 'histogram']

const statusClass = (status: number | undefined) =>
  status === undefined ? 'aborted' : `${Math.floor(status / 100)}xx`

function requestMetrics(registry: Registry) {
  const registers = [registry]
  const shed = new Counter({
    name: 'quay_robots_requests_shed_total',
    help: 'Requests that were turned away because the server had too much to do',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of SHED_REASONS) shed.inc({ reason }, 0)
  const databaseFaults = new Counter({
    name: 'quay_robots_database_failures_total',
    help: 'Requests that the database did not serve, by why: too_slow is the statement timeout, or no free connection',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of UNAVAILABILITIES) databaseFaults.inc({ reason }, 0)
  return {
    shed,
    databaseFaults,
    count: new Counter({
      name: 'quay_robots_http_requests_total',
      help: 'Requests by template of the route and class of the status, or aborted by the caller',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    duration: new Histogram({
      name: 'quay_robots_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer, or until its caller hung up',
      labelNames: ['route', 'method'],
      buckets: BUCKETS,
      registers,
    }),
  }
}

/** Each series is there from the start, at 0, so that its first increase counts in rates. */
function eventMetrics(registry: Registry) {
  const registers = [registry]
  const exchanges = new Counter({
    name: 'quay_robots_exchanges_total',
    help: 'Exchanges of identity tokens by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of EXCHANGE_OUTCOMES) exchanges.inc({ outcome }, 0)
  const issuerKeys = new Counter({
    name: 'quay_robots_issuer_keys_total',
    help: 'Look-ups of the keys of an issuer by where they came from',
    labelNames: ['result'],
    registers,
  })
  for (const result of ISSUER_KEY_RESULTS) issuerKeys.inc({ result }, 0)
  const issuerFailures = new Counter({
    name: 'quay_robots_issuer_failures_total',
    help: 'Attempts to get the keys of an issuer that failed, by reason',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of ISSUER_FAULTS) issuerFailures.inc({ reason }, 0)
  const deliveries = new Counter({
    name: 'quay_robots_webhook_deliveries_total',
    help: 'Attempts to deliver to webhooks by how they ended; given_up is one that failed after three days of others',
    labelNames: ['result'],
    registers,
  })
  for (const result of DELIVERY_RESULTS) deliveries.inc({ result }, 0)
  const logins = new Counter({
    name: 'quay_robots_logins_total',
    help: 'Log-ins by kind of account and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  for (const kind of LOGIN_KINDS) {
    for (const outcome of LOGIN_OUTCOMES) logins.inc({ kind, outcome }, 0)
  }
  return { exchanges, issuerKeys, issuerFailures, deliveries, logins }
}

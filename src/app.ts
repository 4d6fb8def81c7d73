import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { PROFILES, underProfile } from './domain/api-profile.ts'
import { rewriteRepositoryUrl } from './domain/repository-url.ts'
import { answerCaching } from './plugins/answer-caching.ts'
import { authentication } from './plugins/authentication.ts'
import { refuseBodiless } from './plugins/bodiless-requests.ts'
import { BODY_LIMIT, INCOMPLETE_BODIES_LIMIT } from './plugins/body-limits.ts'
import { bodyParser } from './plugins/body-parser.ts'
import { answerBrokenRequest } from './plugins/broken-requests.ts'
import { createChildLogger } from './plugins/child-logger.ts'
import { clientAddress, trustedProxies } from './plugins/client-address.ts'
import { CONSOLE_FOLDER, consolePages } from './plugins/console.ts'
import { cors } from './plugins/cors.ts'
import { docsPage } from './plugins/docs-page.ts'
import { drain } from './plugins/drain.ts'
import { renderApiError } from './plugins/error-bodies.ts'
import { createErrorHandler } from './plugins/error-handler.ts'
import { guards } from './plugins/guards.ts'
import { host } from './plugins/host-header.ts'
import { lateAnswers } from './plugins/late-answers.ts'
import { load } from './plugins/load-shedding.ts'
import { metricsPlugin } from './plugins/metrics.ts'
import { openapi } from './plugins/openapi.ts'
import { requestId, requestIdOf, tellRequestId } from './plugins/request-id.ts'
import { logRequests } from './plugins/request-lines.ts'
import { MAX_HEADER_BYTES, MAX_PARAM_LENGTH } from './plugins/request-sizes.ts'
import {
  ARRIVAL_CHECK_INTERVAL,
  ARRIVAL_TIMEOUT,
  SILENCE_TIMEOUT,
  WORK_TIMEOUT,
} from './plugins/request-timeouts.ts'
import { answerUnknown } from './plugins/unknown-requests.ts'
import { registerRoutes } from './routes/index.ts'
import type { Services } from './services.ts'
import { VERSION } from './version.ts'

export interface AppOptions {
  config: Config
  services: Services
  logger: Logger
  /** Longest time that a request may be at work once it has arrived (ms). */
  workTimeoutMs?: number
  /** Longest time that a request may take to arrive (ms). */
  arrivalTimeoutMs?: number
  /** Longest silence on a connection that has a request (ms). */
  silenceTimeoutMs?: number
  /** Most bytes of incomplete bodies at a time. */
  bodyBytes?: number
  /** Where the console is, if it was built. */
  consoleFolder?: string
}

const ROUTER = { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH }

/** Given with the options, they keep Fastify from loading its own compilers. (Its types do not know of others.) */
const COMPILERS = {
  buildValidator: () => validatorCompiler as never,
  buildSerializer: () => serializerCompiler as never,
}

/** The HTTP side of the service, ready to listen or to be called by a test. */
export async function buildApp({
  config,
  services,
  logger,
  workTimeoutMs = WORK_TIMEOUT,
  arrivalTimeoutMs = ARRIVAL_TIMEOUT,
  silenceTimeoutMs = SILENCE_TIMEOUT,
  bodyBytes = INCOMPLETE_BODIES_LIMIT,
  consoleFolder = CONSOLE_FOLDER,
}: AppOptions): Promise<FastifyInstance> {
  const handleError = createErrorHandler(renderApiError(config.publicUrl), (error) =>
    underProfile(error, PROFILES[config.apiProfile]),
  )
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: createChildLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: arrivalTimeoutMs,
    connectionTimeout: silenceTimeoutMs,
    http: {
      // Longer than that of requests, as it is by default, Node would take one for the other.
      headersTimeout: arrivalTimeoutMs,
      connectionsCheckingInterval: Math.min(ARRIVAL_CHECK_INTERVAL, arrivalTimeoutMs),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    // A request that reached the server before it stopped listening is served.
    return503OnClosing: false,
    genReqId: requestIdOf,
    trustProxy: trustedProxies(config.trustedProxies),
    routerOptions: ROUTER,
    schemaController: { compilersFactory: COMPILERS },
    frameworkErrors: (error, request, reply) => {
      tellRequestId(request, reply)
      handleError(error, request, reply)
    },
    rewriteUrl: ({ url = '/' }) => rewriteRepositoryUrl(url),
    clientErrorHandler: answerBrokenRequest(config.publicUrl),
  })
  app.setErrorHandler(handleError)

  await app.register(clientAddress)
  const metrics = await startMetrics(app, config, services)
  await app.register(requestId)
  logRequests(app)
  await app.register(drain, services.health)
  await app.register(answerCaching)
  await app.register(cors)
  await app.register(host)
  await app.register(lateAnswers)
  await app.register(load, {
    maxRequests: config.maxRequests,
    deadlineMs: workTimeoutMs,
    onShed: (reason) => metrics?.shed(reason),
  })
  await app.register(bodyParser, {
    maxBytes: bodyBytes,
    onShed: () => metrics?.shed('bodies'),
  })
  await app.register(openapi, { publicUrl: config.publicUrl, version: VERSION })
  refuseBodiless(app)
  await app.register(authentication, { ...services, publicUrl: config.publicUrl })
  await app.register(guards, services)

  await app.register(consolePages, { folder: consoleFolder, isOn: config.console })
  answerUnknown(app, ROUTER)
  await registerRoutes(app, config, services, metrics, VERSION)
  if (config.docs) await app.register(docsPage)
  return app
}

/** Counts from now on, if metrics are switched on; otherwise not even their module is loaded. */
async function startMetrics(app: FastifyInstance, config: Config, services: Services) {
  if (config.metricsToken === undefined) return undefined
  const { createMetrics } = await import('./metrics/metrics.ts')
  const { MEASURED_EVERY } = await import('./metrics/gauges.ts')
  const { createMeasurement } = await import('./metrics/measurement.ts')
  const logSize = createMeasurement(services.logSize, MEASURED_EVERY)
  const entriesForAnyAudience = createMeasurement(services.entriesForAnyAudience, MEASURED_EVERY)
  const outbox = createMeasurement(services.webhookOutbox, MEASURED_EVERY)
  const sources = {
    poolUse: services.poolUse,
    inFlight: () => app.inFlight(),
    issuerStates: services.issuerStates,
    logSize: logSize.latest,
    entriesForAnyAudience: entriesForAnyAudience.latest,
    outbox: outbox.latest,
  }
  const metrics = createMetrics(sources, services.peers)
  for (const measurement of [logSize, entriesForAnyAudience, outbox]) {
    app.addHook('onClose', await measurement.start())
  }
  services.telemetry.listen(metrics.happened)
  await app.register(metricsPlugin, { metrics })
  return metrics
}

import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { PROFILES, underProfile } from './domain/profile.ts'
import { rewriteRepositoryUrl } from './domain/repository-url.ts'
import { MAX_IDENTITY_TOKEN_BYTES } from './oidc/identity-token.ts'
import { authentication } from './plugins/authentication.ts'
import { BODY_LIMIT, bodyParser } from './plugins/body-parser.ts'
import { answerBrokenRequest } from './plugins/broken-requests.ts'
import { clientAddress } from './plugins/client-address.ts'
import { cors } from './plugins/cors.ts'
import { docsPage } from './plugins/docs-page.ts'
import { drain } from './plugins/drain.ts'
import { renderApiError } from './plugins/error-bodies.ts'
import { createErrorHandler } from './plugins/error-handler.ts'
import { guards } from './plugins/guards.ts'
import { host } from './plugins/host-header.ts'
import { lateAnswers } from './plugins/late-answers.ts'
import { load } from './plugins/load-shedding.ts'
import { logRequests } from './plugins/logging.ts'
import { metricsPlugin } from './plugins/metrics.ts'
import { openapi } from './plugins/openapi.ts'
import { requestId, requestIdOf, tellRequestId } from './plugins/request-id.ts'
import { createRequestLogger } from './plugins/request-logger.ts'
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
  /** Longest silence on a connection that has a request (ms). */
  silenceTimeoutMs?: number
  /** Most bytes of incomplete bodies at a time. */
  bodyBytes?: number
}

/**
 * Address and headers of a request: the longest identity token, in base64 with a name before it, and what proxies add.
 */
const MAX_HEADER_BYTES = Math.ceil((MAX_IDENTITY_TOKEN_BYTES * 4) / 3) + 16_384

/** Longest time that a request may take to arrive, and how often that is checked (ms). */
const REQUEST_TIMEOUT = 30_000
const REQUEST_CHECK_INTERVAL = 5_000

/**
 * Longest silence of a caller who is sending a request or taking an answer (ms). Longer than `WORK_TIMEOUT`: between the
 * two, both sides are silent.
 */
const SILENCE_TIMEOUT = 15_000

/** Longest time that a request may be at work (ms). Statements have less (`db/postgres.ts`). */
const WORK_TIMEOUT = 10_000

/** How much memory incomplete bodies may take: that of 512 short ones, or of 32 long ones. */
const BODY_BYTES = 512 * BODY_LIMIT

/** Longest path parameter, percent-encoded: names have 255 characters, and longer ones deserve a proper refusal. */
const MAX_PARAM_LENGTH = 8192

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
  silenceTimeoutMs = SILENCE_TIMEOUT,
  bodyBytes = BODY_BYTES,
}: AppOptions): Promise<FastifyInstance> {
  const handleError = createErrorHandler(renderApiError(config.publicUrl), (error) =>
    underProfile(error, PROFILES[config.apiProfile]),
  )
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: createRequestLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: silenceTimeoutMs,
    http: {
      connectionsCheckingInterval: REQUEST_CHECK_INTERVAL,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    // A request that reached the server before it stopped listening is served.
    return503OnClosing: false,
    genReqId: requestIdOf,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
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
  await app.register(authentication, services)
  await app.register(guards, services)

  answerUnknown(app, ROUTER)
  await registerRoutes(app, config, services, metrics, VERSION)
  if (config.docs) await app.register(docsPage)
  return app
}

/** Counts from now on, if metrics are switched on; otherwise not even their module is loaded. */
async function startMetrics(app: FastifyInstance, config: Config, services: Services) {
  if (config.metricsToken === undefined) return undefined
  const { createMetrics } = await import('./metrics/metrics.ts')
  const metrics = createMetrics({
    poolUse: services.poolUse,
    inFlight: () => app.inFlight(),
    issuerStates: services.issuerStates,
    logSize: services.logSize.latest,
  })
  app.addHook('onClose', await services.logSize.start())
  services.telemetry.listen(metrics.happened)
  await app.register(metricsPlugin, { metrics })
  return metrics
}

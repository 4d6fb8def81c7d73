import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { PROFILES } from './domain/profile.ts'
import { rewriteRepositoryUrl } from './domain/repository-url.ts'
import { accessPlugin } from './plugins/access.ts'
import { authentication } from './plugins/authentication.ts'
import { BODY_LIMIT, bodyParser } from './plugins/body-parser.ts'
import { answerBrokenRequest } from './plugins/broken-requests.ts'
import { cors } from './plugins/cors.ts'
import { renderApiError } from './plugins/error-bodies.ts'
import { createErrorHandler } from './plugins/error-handler.ts'
import { logRequests } from './plugins/logging.ts'
import { docsPage, openapi } from './plugins/openapi.ts'
import { watchRoutes } from './plugins/unknown-requests.ts'
import { registerRoutes } from './routes/index.ts'
import type { Services } from './services.ts'
import { VERSION } from './version.ts'

export interface AppOptions {
  config: Config
  services: Services
  logger: Logger
}

/** Longest time that a request may take to arrive (ms). */
const REQUEST_TIMEOUT = 30_000

/** Longest path parameter, percent-encoded: names have 255 characters, and longer ones deserve a proper refusal. */
const MAX_PARAM_LENGTH = 8192

/** The HTTP side of the service, ready to listen or to be called by a test. */
export async function buildApp({ config, services, logger }: AppOptions): Promise<FastifyInstance> {
  const handleError = createErrorHandler(
    renderApiError(config.publicUrl),
    PROFILES[config.apiProfile],
  )
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: handleError,
    rewriteUrl: ({ url = '/' }) => rewriteRepositoryUrl(url),
    clientErrorHandler: answerBrokenRequest(config.publicUrl),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(handleError)

  logRequests(app)
  await app.register(cors)
  await app.register(bodyParser)
  await app.register(openapi, { publicUrl: config.publicUrl, version: VERSION })
  await app.register(authentication, services)
  await app.register(accessPlugin, services)

  const answerUnknown = watchRoutes(app)
  await registerRoutes(app, config, services)
  await app.register(docsPage)
  answerUnknown()
  return app
}

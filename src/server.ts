import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { weakSettings } from './config/weak-settings.ts'
import { assertCanListen, listenError } from './listening.ts'
import { openServices } from './open-services.ts'
import type { Services } from './services.ts'
import { closeApp } from './shutdown.ts'
import type { Surroundings } from './surroundings.ts'

/** How long the first requests have before a certificate is made (ms). */
const CERTIFY_AFTER = 1_000

/**
 * Tries whether it can listen, unless it has peers on the port; opens the database, brings it up to date and listens. A failure
 * on the way closes what was opened.
 *
 * @returns whether there was no user yet, and what stops the server
 */
export async function startServer(
  config: Config,
  logger: Logger,
  { peers }: Pick<Surroundings, 'peers'> = {},
) {
  // The workers of a server share its port, which was tried before them: whoever called for a moment would not be answered.
  if (!peers) await assertCanListen(config)
  for (const warning of weakSettings(config)) logger.warn(warning)
  const opening = openServices(config, {
    mayCreate: true,
    peers,
    poolSize: config.databasePoolSize,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke'),
    onBackgroundError: (error) => logger.error({ err: error }, 'a log-in could not be audited'),
  })
  // Loaded while the database is opened; commands do without it.
  const [{ services, close: closeServices }, { buildApp }] = await Promise.all([
    opening,
    import('./app.ts'),
  ])
  try {
    // Makes the first key, or finds out at once that SECRET_KEY does not open the stored one.
    await services.signingKeys.jwks()
    for (const name of await services.accountNames.reservedInUse()) {
      logger.warn(
        { account: name },
        'an account has a name that is reserved: registries may take it for another',
      )
    }
    const isEmpty = !(await services.users.exist())
    const app = await buildApp({ config, services, logger })
    await app.listen({ host: config.host, port: config.port }).catch(async (error) => {
      await app.close()
      throw listenError(config, error)
    })
    const stopping = new AbortController()
    const certifying = certifyLater(services, stopping.signal).catch((error) =>
      logger.error({ err: error }, 'the signing key could not be certified'),
    )
    const stopRetention = services.logRetention.start((error) =>
      logger.error({ err: error }, 'old entries of the audit log could not be deleted'),
    )
    const stopForgetting = services.usedIdentityTokens.start((error) =>
      logger.error({ err: error }, 'identity tokens that have expired could not be deleted'),
    )
    const stopKeys = services.signingKeys.start((error) =>
      logger.error({ err: error }, 'the signing keys could not be looked after'),
    )
    const stopEntries = services.repeatedEntries.start()
    const stopClearing = services.deletionRemains.start((error) =>
      logger.error({ err: error }, 'rows of deleted accounts could not be deleted'),
    )
    const stopWebhooks = services.webhookDispatcher.start((error) =>
      logger.error({ err: error }, 'webhooks could not be delivered'),
    )
    const stopNotices = services.notices.start((error) =>
      logger.error({ err: error }, 'webhooks could not be told of what time brings'),
    )
    const stopForgettingDeliveries = services.oldWebhookDeliveries.start((error) =>
      logger.error({ err: error }, 'old deliveries of webhooks could not be deleted'),
    )
    const stopForgettingSessions = services.sessions.upkeep.start((error) =>
      logger.error({ err: error }, 'sessions that have ended could not be deleted'),
    )
    async function close({ drain = false } = {}) {
      services.health.drain()
      if (drain) await sleep(config.drainSeconds * 1000)
      await closeApp(app)
      stopping.abort()
      await certifying
      await stopRetention()
      await stopForgetting()
      await stopClearing()
      await stopNotices()
      await stopWebhooks()
      await stopForgettingDeliveries()
      await stopForgettingSessions()
      await stopKeys()
      stopEntries()
      await closeServices()
    }
    return { isEmpty, close }
  } catch (error) {
    await closeServices()
    throw error
  }
}

/**
 * Makes the certificate of a database's first key after a while: loading what makes it would hold up the first requests
 * by a tenth of a second. A request that needs it earlier has it made; a stop does not wait for it.
 */
async function certifyLater({ signingKeys }: Services, stopping: AbortSignal) {
  await sleep(CERTIFY_AFTER, undefined, { signal: stopping }).catch(() => undefined)
  await signingKeys.certify()
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>

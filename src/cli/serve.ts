import { Command } from 'commander'
import type { Logger } from 'pino'
import { type Config, loadConfig } from '../config/config.ts'
import { shareOf } from '../domain/shares.ts'
import { assertCanListen } from '../listening.ts'
import type { RunningServer } from '../server.ts'
import { drainsOn, STOP_TIMEOUT } from '../shutdown.ts'
import { VERSION } from '../version.ts'
import { WORKER_INDEX } from '../workers/worker-index.ts'
import type { Context } from './context.ts'

export const serveCommand = ({ env, stdout }: Context) =>
  new Command('serve').description('run the service').action(async () => {
    const config = loadConfig(env)
    if (config.workers > 1 && env[WORKER_INDEX] === undefined) return serveByWorkers(config)
    const [{ createLogger }, { startServer }] = await Promise.all([
      import('../plugins/logger.ts'),
      import('../server.ts'),
    ])
    const logger = createLogger(config.logLevel)
    const worker = config.workers > 1 ? await becomeWorker(config, env) : undefined
    const server = await startServer(worker?.config ?? config, logger, worker)
    stopOnSignal(server, config, logger)
    worker?.ready()
    if (worker && !worker.isFirst) return
    if (stdout.isTTY) stdout.write(banner(config))
    if (config.userInitialize && server.isEmpty) stdout.write(firstSteps(config))
  })

/** What this process is among the workers of a server: its part of the limits, and how it reaches the others. */
async function becomeWorker(config: Config, env: Context['env']) {
  const { connectWorker } = await import('../workers/connection.ts')
  const place = { index: Number(env[WORKER_INDEX]), of: config.workers }
  return {
    ...connectWorker(process),
    isFirst: place.index === 0,
    config: {
      ...config,
      maxRequests: shareOf(config.maxRequests, place),
      databasePoolSize: shareOf(config.databasePoolSize, place),
    },
  }
}

/** Serves by other processes; this one looks after them. */
async function serveByWorkers(config: Config) {
  const [{ createLogger }, { runWorkers }] = await Promise.all([
    import('../plugins/logger.ts'),
    import('../workers/primary.ts'),
  ])
  await assertCanListen(config)
  const logger = createLogger(config.logLevel)
  const workers = runWorkers({
    count: config.workers,
    onLost: (lost) => logger.error(lost, 'a worker ended; another one takes its place'),
  })
  onSignal(config, logger, async (signal) => workers.stop(signal))
  process.exitCode = await workers.ended
}

/**
 * On a signal, answers the requests that are at work, then ends with exit code 0. A second signal changes nothing.
 */
function stopOnSignal(server: RunningServer, config: Config, logger: Logger) {
  onSignal(config, logger, async (signal) => {
    try {
      await server.close({ drain: drainsOn(signal) })
    } catch (error) {
      logger.error({ err: error }, 'did not stop cleanly')
      process.exitCode = 1
    }
    // A worker ends when nothing connects it with the process that has started it.
    if (process.connected) process.disconnect()
  })
}

function onSignal(
  { drainSeconds }: Config,
  logger: Logger,
  end: (signal: NodeJS.Signals) => Promise<void>,
) {
  let stopping = false
  async function stop(signal: NodeJS.Signals) {
    if (stopping) return
    stopping = true
    logger.info({ signal }, 'stopping')
    setTimeout(() => giveUp(logger), drainSeconds * 1000 + STOP_TIMEOUT).unref()
    await end(signal)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** Ends the process. Not by `process.exit`, which would wait for a reader of the log that has stopped reading. */
function giveUp(logger: Logger) {
  logger.error('did not stop in time')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1_000)
}

/** What runs here, for a person at a terminal; never the database's password. */
function banner({ databaseUrl, dataDir, apiProfile, ...config }: Config) {
  const { host = '', pathname = '' } = databaseUrl === undefined ? {} : new URL(databaseUrl)
  const database =
    databaseUrl === undefined ? `embedded, in ${dataDir}` : `PostgreSQL at ${host}${pathname}`
  return `
quay-robots ${VERSION}
  at        ${addressOf(config)}
  database  ${database}
  profile   ${apiProfile}

`
}

const addressOf = ({ publicUrl, docs }: Pick<Config, 'publicUrl' | 'docs'>) =>
  docs ? `${publicUrl} (browse the API at ${publicUrl}/docs)` : publicUrl

/** What to paste into another terminal, on an empty database. */
const firstSteps = ({ publicUrl, docs }: Config) => `
quay-robots listens at ${publicUrl}${docs ? ` (browse the API at ${publicUrl}/docs)` : ''}.
Paste into another terminal, to create the first user, a robot of that user, and to list robots:

  TOKEN=$(curl -s -X POST ${publicUrl}/api/v1/user/initialize -H 'Content-Type: application/json' -d '{"username":"admin","password":"change-me-soon","email":"admin@example.com","access_token":true}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s -X PUT ${publicUrl}/api/v1/user/robots/ci -H "Authorization: Bearer $TOKEN"
  curl -s ${publicUrl}/api/v1/user/robots -H "Authorization: Bearer $TOKEN"

`

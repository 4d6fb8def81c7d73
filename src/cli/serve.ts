import { Command } from 'commander'
import type { Logger } from 'pino'
import { type Config, loadConfig } from '../config/config.ts'
import type { RunningServer } from '../server.ts'
import { drainsOn, STOP_TIMEOUT } from '../shutdown.ts'
import { VERSION } from '../version.ts'
import type { Context } from './context.ts'

export const serveCommand = ({ env, stdout }: Context) =>
  new Command('serve').description('run the service').action(async () => {
    const config = loadConfig(env)
    const [{ createLogger }, { startServer }] = await Promise.all([
      import('../plugins/logger.ts'),
      import('../server.ts'),
    ])
    const logger = createLogger(config.logLevel)
    const server = await startServer(config, logger)
    stopOnSignal(server, config, logger)
    if (stdout.isTTY) stdout.write(banner(config))
    if (config.userInitialize && server.isEmpty) stdout.write(firstSteps(config))
  })

/**
 * On a signal, answers the requests that are at work, then ends with exit code 0. A second signal changes nothing.
 */
function stopOnSignal(server: RunningServer, { drainSeconds }: Config, logger: Logger) {
  let stopping = false
  async function stop(signal: NodeJS.Signals) {
    if (stopping) return
    stopping = true
    logger.info({ signal }, 'stopping')
    setTimeout(() => giveUp(logger), drainSeconds * 1000 + STOP_TIMEOUT).unref()
    try {
      await server.close({ drain: drainsOn(signal) })
    } catch (error) {
      logger.error({ err: error }, 'did not stop cleanly')
      process.exitCode = 1
    }
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

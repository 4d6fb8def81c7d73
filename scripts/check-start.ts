import { readDotEnv } from '../src/cli/dot-env.ts'
import { ConfigError, loadConfig } from '../src/config/config.ts'
import { assertCanListen } from '../src/listening.ts'
import { StartError } from '../src/start-error.ts'

// tsx scripts/check-start.ts
// What `serve` would find out first, before a build that may take a minute: settings that cannot be used, a port in use.

try {
  readDotEnv(process, () => {})
  await assertCanListen(loadConfig(process.env))
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 3
}

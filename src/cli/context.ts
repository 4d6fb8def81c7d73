import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type Config, loadConfig } from '../config/config.ts'
import type { Services } from '../services.ts'

/** What the program is started with: of the process that it is, or of a part of another. */
export interface Terminal {
  env: Record<string, string | undefined>
  cwd: () => string
  stdin: Readable
  stdout: Writable & { isTTY?: boolean }
  stderr: Writable & { isTTY?: boolean }
}

/** What commands work with. */
export type Context = ReturnType<typeof createContext>

export function createContext({ env, stdin, stdout, stderr }: Terminal) {
  return {
    env,
    stdout,
    stderr,

    /** All of standard input. */
    readInput: () => text(stdin),

    /**
     * Runs a command's work against the configured database, brought up to date, and closes it afterwards.
     *
     * @param mayCreate whether a database is made where there is none
     */
    async withServices<Result>(
      work: (services: Services, config: Config) => Promise<Result>,
      { mayCreate = false } = {},
    ): Promise<Result> {
      const config = loadConfig(env)
      // Loaded only here, so that help and usage errors come at once.
      const { openServices } = await import('../open-services.ts')
      const { services, close } = await openServices(config, { mayCreate, poolSize: 2 })
      try {
        return await work(services, config)
      } finally {
        await close()
      }
    },

    /** Prints a command's result: as JSON where it was asked for, else as a person reads it. */
    print(result: object, { json }: { json?: boolean }, text: string) {
      stdout.write(`${json ? JSON.stringify(result) : text}\n`)
    },
  }
}

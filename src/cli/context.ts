import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type Config, loadConfig } from '../config/config.ts'
import type { Services } from '../services.ts'
import { UsageError } from './command-errors.ts'

/** What the program is started with: of the process that it is, or of a part of another. */
export interface Terminal {
  env: Record<string, string | undefined>
  cwd: () => string
  stdin: Readable
  stdout: Writable & { isTTY?: boolean }
  stderr: Writable & { isTTY?: boolean }
}

/** The name of a file that stands for standard input. */
export const INPUT = '-'

const UNREADABLE: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder: name its files',
}

/** What commands work with. */
export type Context = ReturnType<typeof createContext>

export function createContext({ env, cwd, stdin, stdout, stderr }: Terminal) {
  let exitCode: number | undefined
  return {
    env,
    stdout,
    stderr,

    /** All of standard input. */
    readInput: () => text(stdin),

    /**
     * The text of a file, or, by the name `-`, of standard input.
     *
     * @throws {UsageError} which says why it cannot be read
     */
    async readText(file: string): Promise<string> {
      if (file === INPUT) return text(stdin)
      try {
        return readFileSync(resolve(cwd(), file), 'utf8')
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        throw new UsageError(`${file}: ${UNREADABLE[code] ?? `it cannot be read (${code})`}`)
      }
    },

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

    /** Has the program end with this code, though nothing went wrong. */
    endWith(code: number) {
      exitCode = code
    },
    exitCode: () => exitCode,

    /** Prints a command's result: as JSON where it was asked for, else as a person reads it. */
    print(result: object, { json }: { json?: boolean }, text: string) {
      stdout.write(`${json ? JSON.stringify(result) : text}\n`)
    },
  }
}

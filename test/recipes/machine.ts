import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TIMEOUT_MS = 20_000

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export interface Use {
  args: string[]
  input: string
}

export type Machine = Awaited<ReturnType<typeof createMachine>>

/**
 * A machine that runs scripts, with stand-ins for programs that keep what they are told, and print what
 * they are given to print.
 */
export async function createMachine(standIns: Record<string, string> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'quay-robots-recipe-'))
  const programs = join(home, 'bin')
  await mkdir(programs)
  for (const [name, printed] of Object.entries(standIns)) {
    const program = join(programs, name)
    await writeFile(program, standIn(join(home, name), printed))
    await chmod(program, 0o755)
  }

  return {
    home,

    /** Runs a program with nothing of this process's environment but the path. */
    run: ([program = '', ...args]: string[], env: Record<string, string> = {}) =>
      new Promise<Outcome>((resolve) => {
        const PATH = `${programs}:${process.env.PATH}`
        const options = { timeout: TIMEOUT_MS, cwd: home, env: { ...env, PATH, HOME: home } }
        execFile(program, args, options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({ code, stdout, stderr })
        })
      }),

    /** How a stand-in was used, in order. */
    async uses(name: string): Promise<Use[]> {
      const text = await readFile(join(home, name), 'utf8').catch(() => '')
      return text
        .split('\u001E')
        .filter((part) => part !== '')
        .map((part) => {
          const [args = '', input = ''] = part.split('\u001D')
          return { args: args.split('\u001F').filter((arg) => arg !== ''), input }
        })
    },

    remove: () => rm(home, { recursive: true, force: true }),
  }
}

/** Separates its arguments by US, arguments and input by GS, and uses by RS: ASCII's own separators. */
const standIn = (kept: string, printed: string) => `#!/bin/sh
{
  for arg in "$@"; do printf '%s\\037' "$arg"; done
  printf '\\035'
  case "$*" in *stdin*|*" -"|*"-f -"*) cat ;; esac
  printf '\\036'
} > '${kept}'.$$
# In one go: the two ends of a pipe run at once.
cat '${kept}'.$$ >> '${kept}'
printf '%s' '${printed}'
`

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { EngineName } from './engines.ts'
import type { Plan } from './measure.ts'

/** What is measured: the service beside the yardstick or another build, or one thing about the service alone. */
export type Mode =
  | 'compare'
  | 'baseline'
  | 'check'
  | 'growth'
  | 'entries'
  | 'lists'
  | 'soak'
  | 'start'
  | 'bounds'
  | 'console'
  | 'retention'

export interface Options {
  mode: Mode
  engine: EngineName
  databaseUrl: string | undefined
  /** Where the figures go, as JSON. */
  out: string
  plan: Plan
  /** Parts of the names of the operations, bounds, or addresses, to measure; all, if there are none. */
  only: string[]
  /** Folder for processor profiles of both servers. */
  profile: string | undefined
  /** Of another build, installed and built, to compare with. */
  baseline: string
  /** Minutes of the soak. */
  minutes: number
}

export const USAGE = `npm run bench -- [options]
  --engine postgresql|pglite   (default: postgresql)
  --quick                      a minute and a half instead of about a quarter of an hour; for a first look
  --only NAME                  operations (or bounds, or addresses) whose name holds NAME; can be repeated
  --out FILE                   figures as JSON (default: bench-ENGINE.json, or bench-MODE-ENGINE.json)
  --profile FOLDER             processor profiles of both servers, for Chrome's DevTools
  --baseline FOLDER            this build beside another one, a checkout that is installed and built, instead
  --check                      no more than that the yardstick does the same work, instead
  --growth                     how times grow with the number of rows, instead
  --entries                    what exchanges cost by what federation entries ask for, instead
  --lists                      what a filter costs of the robots of one owner, of 100,000, instead
  --soak MINUTES               the service's memory under steady load, instead
  --start                      from the start of the service to its first answer, instead
  --bounds                     what large accounts cost a server with a heap of 256 MB, instead
  --retention                  what deleting a day of 10 million entries of the log costs log-ins, instead
  --console                    how soon each page of the console is shown in a large organization, instead
`

const FULL: Plan = {
  rounds: 15,
  duration: 1000,
  warmup: 3000,
  connections: 16,
  halfRounds: 15,
  halfDuration: 2000,
}
const QUICK: Plan = { ...FULL, rounds: 3, warmup: 1000, halfRounds: 1, halfDuration: 1000 }

/** @throws TypeError for options that there are not */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: 'string', default: 'postgresql' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      profile: { type: 'string' },
      baseline: { type: 'string' },
      check: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      entries: { type: 'boolean', default: false },
      lists: { type: 'boolean', default: false },
      soak: { type: 'string' },
      start: { type: 'boolean', default: false },
      bounds: { type: 'boolean', default: false },
      console: { type: 'boolean', default: false },
      retention: { type: 'boolean', default: false },
    },
  })
  const { engine, quick, only, soak = '10' } = values
  if (engine !== 'postgresql' && engine !== 'pglite') throw new TypeError(`no engine ${engine}`)
  const mode = modeOf({
    ...values,
    baseline: values.baseline !== undefined,
    soak: values.soak !== undefined,
  })
  return {
    mode,
    engine,
    databaseUrl: env.BENCH_DATABASE_URL || env.DATABASE_URL || undefined,
    out: values.out ?? `bench-${mode === 'compare' ? '' : `${mode}-`}${engine}.json`,
    plan: quick ? QUICK : FULL,
    only,
    profile: values.profile,
    baseline: resolve(values.baseline ?? '.'),
    minutes: minutesOf(soak),
  }
}

const INSTEAD = [
  'baseline',
  'check',
  'growth',
  'entries',
  'lists',
  'soak',
  'start',
  'bounds',
  'console',
  'retention',
] as const

function modeOf(wanted: Record<Exclude<Mode, 'compare'>, boolean>): Mode {
  const [mode = 'compare', ...more] = INSTEAD.filter((name) => wanted[name])
  if (more.length > 0) throw new TypeError(`one at a time: --${mode}, --${more[0]}`)
  return mode
}

/** In less there are too few readings to compare. */
const FEWEST_MINUTES = 2
/** The tokens that the load sends are good for a day. */
const MOST_MINUTES = 12 * 60

function minutesOf(text: string): number {
  const minutes = Number(text)
  if (!(minutes >= FEWEST_MINUTES && minutes <= MOST_MINUTES))
    throw new TypeError(`no number of minutes: ${text}`)
  return minutes
}

import type { components } from '../generated/openapi.d.ts'
import { exactTime } from '../parts/exact-time.ts'

export type LogEntry = components['schemas']['LogEntry']

/** What an entry says, each thing as words; `''` for what it does not. */
export interface Facts {
  /** Who did it. */
  who: string
  /** Its full name; `''` where it is about none. */
  robot: string
  /** The namespace to whose log it belongs. */
  owner: string
  /** Anything else, by its name in the metadata. */
  of: (name: string) => string
  /** A time, by its name in the metadata: `2026-12-01 23:25:01 UTC`. */
  timeOf: (name: string) => string
}

const wordOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(wordOf).join(', ')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}

/** @param owner whose log it is; that of the installation says it of each entry */
export function factsOf({ metadata, performer, namespace }: LogEntry, owner = ''): Facts {
  const of = (name: string) => wordOf(metadata[name])
  const where = namespace?.name ?? owner
  const robot = of('robot')
  return {
    who: performer?.name ?? 'The operator',
    robot: robot === '' || robot.includes('+') || where === '' ? robot : `${where}+${robot}`,
    owner: where,
    of,
    timeOf: (name) => timeInWords(of(name)),
  }
}

/** As it stands, where it is no time. */
const timeInWords = (word: string): string =>
  Number.isNaN(Date.parse(word)) ? word : exactTime(new Date(word))

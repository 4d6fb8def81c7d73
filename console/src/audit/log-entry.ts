import type { components } from '../generated/openapi.d.ts'

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
  }
}

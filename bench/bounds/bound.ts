import type { Engine, Target } from '../engines.ts'
import type { ServerProcess } from '../processes.ts'
import type { Settings } from '../servers.ts'

/** One thing that was measured, and how much it may be. */
export interface Figure {
  what: string
  value: number
  /** Such as `ms`, `MB` or `×`. */
  unit: string
  /** Undefined: only told. */
  most?: number
}

export interface Stage {
  engine: Engine
  settings: Settings
  /** A service with little memory (`NODE_FLAGS`) over a database; it is stopped at the end. */
  start(target: Target): Promise<ServerProcess>
  /** Tells how far it is. */
  say(text: string): void
}

/** Something large that must not hold up, or fill, a server with little memory. Each has a database of its own. */
export interface Bound {
  name: string
  measure(stage: Stage): Promise<Figure[]>
}

/** On top of what `npm run serve` says. */
export const NODE_FLAGS = ['--max-old-space-size=256']

export const isKept = ({ value, most }: Figure) => most === undefined || value <= most

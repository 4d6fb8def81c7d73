import type { Engine } from '../engines.ts'
import { align, verdict } from '../report.ts'
import type { Settings } from '../servers.ts'
import { bodies } from './bodies.ts'
import { type Bound, type Figure, isKept, NODE_FLAGS, type Stage } from './bound.ts'
import { deletion } from './deletion.ts'
import { repositoryLists } from './repository-lists.ts'
import { robotLists } from './robot-lists.ts'

const BOUNDS: Bound[] = [bodies, robotLists, repositoryLists, deletion]

export interface Bounded {
  bound: string
  figures: Figure[]
}

/**
 * @param isWanted by name
 * @param track is told how to end each server
 */
export async function measureBounds(
  engine: Engine,
  settings: Settings,
  isWanted: (bound: { name: string }) => boolean,
  { track, say }: { track: (end: () => Promise<void>) => void; say: Stage['say'] },
): Promise<Bounded[]> {
  const start: Stage['start'] = async (target) => {
    const server = await settings.startService(target, NODE_FLAGS)
    track(server.stop)
    return server
  }
  const bounded: Bounded[] = []
  for (const bound of BOUNDS.filter(isWanted)) {
    say(`${bound.name}\n`)
    bounded.push({
      bound: bound.name,
      figures: await bound.measure({ engine, settings, start, say }),
    })
  }
  return bounded
}

export const boundMisses = (bounded: Bounded[]): string[] =>
  bounded.flatMap(({ bound, figures }) =>
    figures.filter((figure) => !isKept(figure)).map(({ what }) => `${bound}: ${what}`),
  )

export const boundTable = (bounded: Bounded[]) =>
  align([
    ['bound', 'figure', 'measured', 'at most', ''],
    ...bounded.flatMap(({ bound, figures }) =>
      figures.map((figure) => [
        ...[bound, figure.what, `${figure.value.toFixed(2)} ${figure.unit}`],
        figure.most === undefined ? '' : `${figure.most} ${figure.unit}`,
        figure.most === undefined ? '' : verdict(isKept(figure)),
      ]),
    ),
  ])

import { randomBytes } from 'node:crypto'
import { fill } from '../growth/fill.ts'
import { createAccounts } from '../world.ts'
import type { Bound, Figure } from './bound.ts'
import { download } from './download.ts'
import { watch } from './watch.ts'

const ROBOTS = 300_000
const CALLERS = 4
const ORGANIZATION = { name: 'vast', robots: ROBOTS, grants: 2 }

/** The robots of one owner listed without `limit`, by some callers at once. */
export const robotLists: Bound = {
  name: 'robot lists',
  async measure({ engine, settings, start, say }) {
    const target = await engine.create()
    const first = await start(target)
    const apiToken = await createAccounts(first.url, [ORGANIZATION.name])
    await first.stop()
    say(`filling a database with ${ROBOTS} robots\n`)
    const { secretKey } = settings
    await fill(target, { organizations: [ORGANIZATION], robots: ROBOTS, secretKey, randomBytes })

    const server = await start(target)
    const figures: Figure[] = []
    for (const permissions of [false, true]) {
      const url = `${server.url}/api/v1/organization/vast/robots?permissions=${permissions}`
      const { result, rss, liveP99 } = await watch(server, () =>
        Promise.all(Array.from({ length: CALLERS }, () => download({ url, apiToken }))),
      )
      const how = permissions ? 'with permissions' : 'without permissions'
      const missing = result.map(({ items }) => ROBOTS - items)
      const failure = result.find(({ failure }) => failure !== undefined)?.failure
      if (failure) say(`${how}: ${failure}\n`)
      figures.push(
        { what: `${how}: robots missing`, value: Math.max(...missing), unit: '', most: 0 },
        { what: `${how}: resident memory`, value: rss, unit: 'MB', most: 300 },
        { what: `${how}: /live p99`, value: liveP99, unit: 'ms', most: 100 },
        {
          what: `${how}: time of a list`,
          value: Math.max(...result.map(({ ms }) => ms)),
          unit: 'ms',
        },
        { what: `${how}: size of a list`, value: (result[0]?.bytes ?? 0) / 1e6, unit: 'MB' },
      )
    }
    await server.stop()
    return figures
  },
}

import { openBrowser } from '../../test/console/chromium.ts'
import type { Engine } from '../engines.ts'
import { median } from '../measure.ts'
import { align, verdict } from '../report.ts'
import type { Settings } from '../servers.ts'
import { bearerCall, createAccounts, USER } from '../world.ts'
import { addressesOf } from './addresses.ts'
import { fillOrganization } from './fill.ts'
import { openConsole, type Visit } from './visits.ts'

/** ms */
const TIME_TARGET = 1000
/** Bytes. */
const SIZE_TARGET = 200_000
/** Of each page, after one that is not counted; the median counts. */
const VISITS = 3

interface Screen extends Visit {
  address: string
}

/**
 * Visits every page of the console in a large organization.
 *
 * @param track is told how to end what is started
 */
export async function visitScreens(
  engine: Engine,
  settings: Settings,
  isWanted: (screen: { name: string }) => boolean,
  { track, say }: { track: (end: () => Promise<void>) => void; say: (text: string) => void },
): Promise<Screen[]> {
  const target = await engine.create()
  const first = await settings.startService(target)
  const apiToken = await createAccounts(first.url, ['acme'])
  await first.stop()
  say('filling an organization\n')
  await fillOrganization(target)
  const server = await settings.startService(target)
  track(server.stop)
  const browser = await openBrowser()
  track(() => browser.close())
  const visitor = await openConsole(browser, server.url, USER)
  const addresses = await addressesOf(await visitor.paths(), bearerCall(server.url, apiToken))
  const screens: Screen[] = []
  for (const address of addresses.filter((name) => isWanted({ name }))) {
    const visits: Visit[] = []
    for (let round = 0; round <= VISITS; round++) visits.push(await visitor.visit(address))
    const screen = { address, ...summed(visits) }
    say(`${rowOf(screen).join('  ')}\n`)
    screens.push(screen)
  }
  return screens
}

/** Times of the visits but the first, whose answers count: later ones come from what the browser keeps. */
function summed(visits: Visit[]): Visit {
  const later = visits.slice(1)
  const [middle] = later
    .map(({ slowest }) => slowest)
    .sort((a, b) => a.time - b.time)
    .slice(Math.floor(later.length / 2))
  return {
    shown: median(later.map(({ shown }) => shown)),
    largest: visits
      .map(({ largest }) => largest)
      .sort((a, b) => b.size - a.size)[0] as Visit['largest'],
    slowest: middle as Visit['slowest'],
  }
}

const isInTime = ({ shown }: Screen) => shown <= TIME_TARGET
const isSmall = ({ largest }: Screen) => largest.size <= SIZE_TARGET

export const screenMisses = (screens: Screen[]): string[] => [
  ...screens.filter((screen) => !isInTime(screen)).map(({ address }) => `${address}: time`),
  ...screens.filter((screen) => !isSmall(screen)).map(({ address }) => `${address}: size`),
]

const rowOf = (screen: Screen) => {
  const { address, shown, slowest, largest } = screen
  return [
    ...[address, shown.toFixed(0), slowest.time.toFixed(0), slowest.path],
    ...[(largest.size / 1000).toFixed(0), largest.path],
    verdict(isInTime(screen) && isSmall(screen)),
  ]
}

export const screenTable = (screens: Screen[]) =>
  align([
    ['address', 'shown, ms', 'slowest, ms', 'which', 'largest, kB', 'which', ''],
    ...screens.map(rowOf),
  ])

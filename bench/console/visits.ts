import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page, Request } from 'playwright-core'

/** What a visit of a page took. */
export interface Visit {
  /** From the navigation to the first picture in which nothing of the page is loading any more, ms. */
  shown: number
  /** The largest answer as it was sent, and which that is, in bytes. */
  largest: { size: number; path: string }
  /** The slowest answer of the API, ms. */
  slowest: { time: number; path: string }
}

/** Most a visit may take before it is given up, ms. */
const PATIENCE = 30_000
/** So long nothing may be loading, ms: what is asked for later belongs to the page, too. */
const REST = 300

/** Runs in the page: notes since when its title is there, and nothing that is loading. */
const NOTE = `{
  let since
  const look = () => {
    const page = document.querySelector('#page')
    if (!page?.querySelector('h1') || page.querySelector('.loading')) since = undefined
    else since ??= performance.now()
  }
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, { childList: true, subtree: true })
  globalThis.shownSince = () => (performance.now() - since > ${REST} ? since : undefined)
}`

/** What pages say that cannot show what they are about. */
const FAILURES =
  /^(No such page|There is no such thing, or it is hidden from you|You have no right to see this|Not shown|The console has failed)$/

/** Opens pages of the console at `url` as somebody who has signed in. */
export async function openConsole(
  browser: Browser,
  url: string,
  { username, password }: { username: string; password: string },
) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(PATIENCE)
  await context.addInitScript({ content: NOTE })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByLabel('Name or e-mail address').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `${username}: session` }).waitFor()
  return {
    /** The paths of the router, as its library leaves it in the window. */
    paths: (): Promise<string[]> =>
      page.evaluate('Object.keys(globalThis.__TSR_ROUTER__.routesByPath)'),

    /** Opens an address in a new tab, as by a bookmark. */
    async visit(address: string): Promise<Visit> {
      const tab = await context.newPage()
      try {
        return await visit(tab, address)
      } finally {
        await tab.close()
      }
    },
  }
}

/** The page is asked again and again from here, as its policy forbids it to be told what to wait for. */
async function shownSince(page: Page): Promise<number | undefined> {
  const until = Date.now() + PATIENCE
  while (Date.now() < until) {
    const since = await page.evaluate<number | undefined>('globalThis.shownSince()')
    if (since !== undefined) return since
    await sleep(50)
  }
  return undefined
}

async function visit(page: Page, address: string): Promise<Visit> {
  const requests: Request[] = []
  page.on('requestfinished', (request) => requests.push(request))
  await page.goto(address, { waitUntil: 'commit' })
  const shown = await shownSince(page)
  if (shown === undefined) throw new Error(`${address} is never shown`)
  const failure = page.getByText(FAILURES)
  if ((await failure.count()) > 0) {
    throw new Error(`${address}: ${await failure.first().innerText()}`)
  }
  const answers = await Promise.all(
    requests.map(async (request) => ({
      path: new URL(request.url()).pathname,
      time: request.timing().responseEnd,
      size: (await request.sizes()).responseBodySize,
    })),
  )
  const first = { path: '', time: 0, size: 0 }
  return {
    shown,
    largest: answers.reduce((most, one) => (one.size > most.size ? one : most), first),
    slowest: answers
      .filter(({ path }) => path.startsWith('/api/'))
      .reduce((most, one) => (one.time > most.time ? one : most), first),
  }
}

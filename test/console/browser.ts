import axeCore from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

/** A page of its own, as of another person, and what must not happen in it. */
export interface WatchedPage {
  page: Page
  context: BrowserContext
  /** Reports of the Content-Security-Policy, errors of programs, requests to other hosts. */
  faults: string[]
}

/** Chromium's words for an answer of 4xx, and for none without a network: what a page does then is what tests are about. */
const REFUSED =
  /^Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_INTERNET_DISCONNECTED)/

export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.addInitScript(tellLostFocus)
  const faults: string[] = []
  page.on('console', (message) => {
    const isFault = ['error', 'warning'].includes(message.type())
    if (isFault && !REFUSED.test(message.text())) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:' && origin !== new URL(url).origin) faults.push(request.url())
  })
  return { page, context, faults }
}

/**
 * Reports an error where what has the focus is taken out of the page, and nothing else gets it: who uses a keyboard or a screen
 * reader begins anew at the top. Runs in the page.
 */
function tellLostFocus() {
  let last: Element | undefined
  const tell = (lost: Element | undefined) => {
    if (lost !== last || document.activeElement !== document.body) return
    reportError(new Error(`the keyboard is lost: ${last?.outerHTML.slice(0, 200)}`))
    last = undefined
  }
  addEventListener('focusin', ({ target }) => {
    last = target as Element
  })
  new MutationObserver(() => {
    if (document.activeElement !== document.body || last?.isConnected !== false) return
    const lost = last
    setTimeout(() => tell(lost), 1_000)
  }).observe(document, { childList: true, subtree: true })
}

/** What axe finds against WCAG 2.2 AA, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeCore.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof axeCore }
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
      const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      )
    })
    expect(found, colorScheme).toEqual([])
  }
  await page.emulateMedia({ colorScheme: null })
}

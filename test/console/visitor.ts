import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { PASSWORD, type ServiceOptions } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { openPage, type WatchedPage } from './browser.ts'
import { openBrowser } from './chromium.ts'

const BUILT = resolve('dist/console')

/**
 * For the tests of a file: a service, a browser before it, and a new page for each test, as of another person. A test
 * fails by what must not happen in a page (`WatchedPage`).
 */
export function visitor(options: ServiceOptions, prepare: (stage: Stage) => Promise<void>) {
  let browser: Browser
  let stage: Stage
  let watched: WatchedPage

  beforeAll(async () => {
    browser = await openBrowser()
    stage = await startStage({ ...options, consoleFolder: BUILT })
    await prepare(stage)
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
  })
  beforeEach(async () => {
    watched = await openPage(browser, stage.url)
  })
  afterEach(async () => {
    await watched.context.close()
    expect(watched.faults).toEqual([])
  })

  return {
    get stage(): Stage {
      return stage
    },
    get page(): Page {
      return watched.page
    },

    /** Fills in the form that is there where nobody is signed in. */
    async signIn(username: string, password = PASSWORD) {
      await watched.page.getByLabel('Name or e-mail address').fill(username)
      await watched.page.getByLabel('Password').fill(password)
      await watched.page.keyboard.press('Enter')
    },

    /** Opens an address, and signs in there. */
    async open(path: string, username = 'alice') {
      await watched.page.goto(path)
      await this.signIn(username)
      await watched.page.getByRole('button', { name: `${username}: session` }).waitFor()
    },

    /** Presses Tab until what has the name has the focus, as somebody without a mouse does. */
    async tabTo(name: string) {
      const { page } = watched
      for (let pressed = 0; pressed < 60; pressed++) {
        await page.keyboard.press('Tab')
        if ((await nameAtFocus(page)) === name) return
      }
      throw new Error(`nothing that is called ${name} can be reached by keyboard`)
    },

    /** Waits until the keyboard is where this is, in the window. */
    async atFocus(name: string | RegExp) {
      const { page } = watched
      await expect
        .poll(() => nameAtFocus(page), { timeout: 20_000 })
        .toEqual(typeof name === 'string' ? name : expect.stringMatching(name))
      const box = await page.locator(':focus').boundingBox()
      expect(box?.y).toBeGreaterThanOrEqual(0)
      expect(box?.y).toBeLessThan(page.viewportSize()?.height ?? 0)
    },

    /** Waits for the page with the title. */
    heading: (name: string) => watched.page.getByRole('heading', { name, level: 1 }).waitFor(),
  }
}

/** What is said of what has the focus. */
const nameAtFocus = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null
    const name = element?.labels?.[0]?.textContent ?? element?.ariaLabel ?? element?.textContent
    return name?.trim() ?? ''
  })

import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's Chromium without windows of its own, which takes two thirds of the processor time; else with them. */
const CHROMIUM = ['chromium-headless-shell', 'chromium', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .find(existsSync)

/** @throws where no browser is installed */
export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('no Chromium: apt-get install chromium-headless-shell')
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}

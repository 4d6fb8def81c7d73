import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)

/** @throws where no browser is installed */
export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('no Chromium: apt-get install chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}

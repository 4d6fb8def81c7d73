import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { v7 } from 'uuid'
import { openBrowser } from '../test/console/chromium.ts'
import { namespaceId } from '../test/helpers/rows.ts'
import { PASSWORD } from '../test/helpers/service.ts'
import { type Stage, startStage } from '../test/helpers/stage.ts'

// tsx scripts/screenshots.ts
// Writes docs/screenshots: screens of the console, as `npm run build` made it, over an organization that is made up.

const FOLDER = resolve('docs/screenshots')
const GITHUB = 'https://token.actions.githubusercontent.com'
const HOUR = 3_600_000

/** Address and height of each, in pixels. */
const SCREENS: Record<string, [path: string, height: number]> = {
  home: ['/', 560],
  robots: ['/orgs/acme/robots', 720],
  'new-robot': ['/orgs/acme/new-robot', 660],
  credentials: ['/orgs/acme/robots/deployer/credentials', 720],
  federation: ['/orgs/acme/robots/deployer/federation', 720],
  log: ['/orgs/acme/audit', 940],
  policy: ['/orgs/acme/policy', 720],
  help: ['/help/troubleshooting', 620],
}

/** Of each hour of a week: jobs that signed in, and now and then one that was refused. */
async function writeLog(stage: Stage) {
  const namespace = { namespaceId: await namespaceId(stage.db, 'acme'), namespaceName: 'acme' }
  const now = Date.now()
  const data = Array.from({ length: 7 * 24 }, (_, hours) => {
    const createdAt = new Date(now - (hours + 1) * HOUR)
    const of = { ...namespace, id: v7({ msecs: createdAt.getTime() }), createdAt, ip: '192.0.2.7' }
    const subject = 'repo:acme/web:environment:production'
    if (hours % 9 === 4) {
      const message = 'Token does not match robot'
      const metadata = {
        type: 'federation',
        robot: 'acme+web-ci',
        message,
        code: 'subject_mismatch',
      }
      return { ...of, kind: 'login_failure', metadata, performerName: null }
    }
    const metadata = { robot: 'deployer', issuer: GITHUB, subject }
    return {
      ...of,
      kind: 'federated_robot_token_exchange',
      metadata,
      performerName: 'acme+deployer',
    }
  }).flatMap((entry, at) =>
    at % 3 === 0 ? [entry, { ...entry, id: v7({ msecs: entry.createdAt.getTime() }) }] : [entry],
  )
  await stage.db.auditEntry.createMany({ data })
}

async function prepare(stage: Stage) {
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+deployer', [
    {
      issuer: GITHUB,
      subject: 'repo:acme/web:environment:production',
      audiences: ['https://robots.example.com'],
    },
  ])
  for (const name of ['web-ci', 'nightly-scan', 'cluster-eu-pull', 'cluster-us-pull', 'mirror']) {
    await stage.robot(`acme+${name}`)
  }
  await stage.repository('acme/web', {
    robots: { 'acme+deployer': 'write', 'acme+mirror': 'read' },
  })
  const alice = await stage.client('alice', 'org:admin', 'user:admin')
  const robots = '/api/v1/organization/acme/robots'
  const change = (name: string, body: object) => alice.patch(`${robots}/${name}`, body).expect(200)
  await change('deployer', { description: 'rolls out the web shop', labels: { team: 'web' } })
  await change('nightly-scan', {
    description: 'looks for known weaknesses',
    labels: { team: 'security' },
  })
  await change('mirror', { enabled: false, reason: 'moved to the new data centre' })
  await alice.post(`${robots}/deployer/regenerate?grace=7d&expires_in=10d`).expect(201)
  await writeLog(stage)
}

const stage = await startStage({ consoleFolder: resolve('dist/console') })
const browser = await openBrowser()
try {
  await prepare(stage)
  await mkdir(FOLDER, { recursive: true })
  const width = 1100
  const viewport = { width, height: 720 }
  const context = await browser.newContext({ baseURL: stage.url, viewport, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto('/')
  await page.getByLabel('Name or e-mail address').fill('alice')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'alice: session' }).waitFor()
  for (const [name, [path, height]] of Object.entries(SCREENS)) {
    await page.setViewportSize({ width, height })
    await page.goto(path)
    await page.locator('h1').waitFor()
    await page.locator('.loading').first().waitFor({ state: 'detached' })
    await page.screenshot({ path: `${FOLDER}/${name}.png` })
  }
} finally {
  await browser.close()
  await stage.close()
}

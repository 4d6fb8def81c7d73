import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programDatabase, quayRobots } from '../cli/program.ts'
import { type ConnectProxy, startConnectProxy } from '../helpers/connect-proxy.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { createCertificate } from '../oidc/test-certificate.ts'
import { type FakeQuay, startFakeQuay } from './fake-quay.ts'
import { RECORDED } from './recorded-answers.ts'
import { tokenFileOf } from './source-stage.ts'

// A Quay with a certificate of the company's own, whose name only the proxy knows.

const database = programDatabase()
let folder: string
let ca: string
let tokenFile: string
let quay: FakeQuay
let proxy: ConnectProxy
let closedProxy: ConnectProxy
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'way-to-quay-'))
  ca = join(folder, 'ca.pem')
  const certificate = await createCertificate('quay.example')
  await writeFile(ca, certificate.cert)
  tokenFile = await tokenFileOf('abcdefghij0123456789abcdefghij0123456789')
  quay = await startFakeQuay(RECORDED, { hostname: 'quay.example', ...certificate })
  proxy = await startConnectProxy()
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
  closedProxy = await startConnectProxy({ authorization })
})
afterAll(async () => {
  quay.close()
  await proxy.close()
  await closedProxy.close()
  await rm(folder, { recursive: true })
})

const plan = (...args: string[]) =>
  quayRobots({ ...database().env, SECRET_KEY: TEST_SECRET_KEY.toString('base64') }, [
    ...['import', 'quay', '--from', quay.url, '--token-file', tokenFile, '--rate', '1000'],
    ...['--dry-run', '--json', ...args],
  ])

test('is read through the proxy, by the certificates that are trusted', async () => {
  const { code, stderr, stdout } = await plan('--ca', ca, '--proxy', proxy.url)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout).dry_run).toBe(true)
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(quay.url).host]))
})

test('is read through a proxy that asks for a name and a password', async () => {
  const address = closedProxy.url.replace('//', '//me:p%40ss@')
  expect((await plan('--ca', ca, '--proxy', address)).code).toBe(0)
  expect(closedProxy.tunnels.length).toBeGreaterThan(0)
})

test.each<[string, () => string[], RegExp]>([
  [
    'a certificate that nobody vouches for',
    () => ['--proxy', proxy.url],
    /self-signed certificate/,
  ],
  ['a proxy that refuses', () => ['--ca', ca, '--proxy', closedProxy.url], /407/],
  ['a name that is not known here', () => ['--ca', ca], /quay\.example/],
])('%s is told at once, in one line', async (_, args, words) => {
  const begin = performance.now()
  const { code, stdout, stderr } = await plan(...args())
  // Another try would fail as well.
  expect(performance.now() - begin).toBeLessThan(10_000)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  const { error, message } = JSON.parse(stderr)
  expect(error).toBe('source')
  expect(message).toMatch(words)
  expect(message).not.toContain('\n')
})

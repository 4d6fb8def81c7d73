import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { killServers, newFolder, type Server, serve } from '../cli/program.ts'
import { apiOf, type Client } from '../helpers/api.ts'
import { type Receiver, silence, startReceiver, status, verify } from './receiver.ts'

// Each round kills the program as the kernel does, between a change and its delivery, or in the middle of that.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

/** A server that is killed keeps a target for so long, and one that starts needs some seconds (ms). */
const PATIENCE = 60_000

const WEBHOOKS = '/api/v1/organization/acme/webhooks'
const ROBOT = '/api/v1/organization/acme/robots/ci'

let folder: string
let env: Record<string, string>
let server: Server
let receiver: Receiver
let token: string
let secret: string

const api = (): Client => apiOf(server.url).as(token)

beforeAll(async () => {
  folder = await newFolder()
  const file = join(folder, 'config.yaml')
  await writeFile(file, 'webhooks: {allowed: [127.0.0.1]}\n')
  env = { DATA_DIR: join(folder, 'data'), CONFIG_FILE: file }
  receiver = await startReceiver()
  server = await serve(env)
  const { body } = await apiOf(server.url)
    .call('post', '/api/v1/user/initialize')
    .send({ username: 'alice', password: 'password', email: 'a@example.com', access_token: true })
  token = body.access_token
  await api().post('/api/v1/organization/', { name: 'acme' }).expect(201)
  await api().put(ROBOT, {}).expect(201)
  const made = await api().post(WEBHOOKS, { url: receiver.url, events: ['robot.disabled'] })
  secret = made.body.secret
})
afterAll(async () => {
  killServers()
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

async function changeAndKill(reason: string, meanwhile: () => Promise<unknown>) {
  await api().patch(ROBOT, { enabled: true }).expect(200)
  await api().patch(ROBOT, { enabled: false, reason }).expect(200)
  await meanwhile()
  await server.stop('SIGKILL')
  server = await serve(env)
}

const reasons = () =>
  receiver.received.map((one) => verify(secret, one, new Date()).data.reason as string)

const received = (reason: string) =>
  vi.waitFor(() => expect(reasons()).toContain(reason), { timeout: PATIENCE, interval: 100 })

test.each(['first', 'second', 'third'])('the %s event is told after a kill', async (reason) => {
  await changeAndKill(reason, async () => {})
  await received(reason)
})

test('an event is told again after a kill in the middle of its delivery', async () => {
  receiver.answer(silence)
  await changeAndKill('again', () => received('again'))
  receiver.answer(status(204))
  await vi.waitFor(
    () => expect(reasons().filter((reason) => reason === 'again').length).toBeGreaterThan(1),
    { timeout: PATIENCE, interval: 100 },
  )
})

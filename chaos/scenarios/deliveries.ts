import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../lab/ports.ts'
import { createClient, initialize } from '../lib/client.ts'
import { keepDoing } from '../lib/load.ts'
import { startReceiver } from '../lib/receiver.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Env, startServer } from '../lib/server.ts'

const ORGANIZATION = '/api/v1/organization/acme'
const WRITERS = 2
/** Between two changes of a writer (ms): few enough for the deliveries to keep up. */
const PAUSE = 30
/** Changes that are acknowledged before a kill, unless the machine is too slow for so many. */
const CHANGES = 8
/** One kill in so many is in the middle of a delivery, which keeps the target from the next server for 20 s. */
const MIDDLE = 10
/** Longest time until all is delivered in the end (ms). */
const PATIENCE = 120_000

/** `kill -9` between changes and their deliveries, again and again: every change that was acknowledged is told to the webhook. */
export async function killBeforeDelivery(
  { env, folder }: { env: Env; folder: string },
  outcome: OutcomeBuilder,
  kills: number,
) {
  const file = join(folder, 'config.yaml')
  await writeFile(file, 'webhooks: {allowed: [127.0.0.1]}\n')
  const fixed = { ...env, CONFIG_FILE: file, PORT: String(await freePort()) }
  const receiver = await startReceiver()
  let server = await startServer(fixed)
  const token = await initialize(server.url)
  let client = createClient(server.url, { token })
  const hook = { url: receiver.url, events: ['robot.disabled'] }
  const made = await client.call('POST', `${ORGANIZATION}/webhooks`, { body: hook })
  receiver.trust(made.body.secret)

  const sent: string[] = []
  const acknowledged: string[] = []
  const idle = Array.from({ length: WRITERS }, (_, n) => `${ORGANIZATION}/robots/robot${n}`)
  for (const robot of idle) await client.call('PUT', robot)

  /** Disables a robot for a reason of its own, by which the event is known again. */
  async function change() {
    const robot = idle.pop()
    if (robot === undefined) return
    const enabled = await client.call('PATCH', robot, { body: { enabled: true } })
    if (enabled.status === 200) {
      const reason = `reason ${sent.length}`
      sent.push(reason)
      const body = { enabled: false, reason }
      const { status } = await client.call('PATCH', robot, { body })
      if (status === 200) acknowledged.push(reason)
      outcome.promise(`a change was answered ${status}`, [0, 200, 503].includes(status))
    }
    idle.push(robot)
    await sleep(PAUSE)
  }

  for (let kill = 1; kill <= kills; kill++) {
    const before = acknowledged.length
    const stop = keepDoing(change, WRITERS)
    await until(() => acknowledged.length >= before + CHANGES, 5_000)
    if (kill % MIDDLE === 0) await Promise.race([receiver.next(), sleep(2_000)])
    else await sleep(Math.random() * 300)
    await server.kill9()
    await stop()
    outcome.promise(`no change before kill ${kill}`, acknowledged.length > before)
    await client.close()
    server = await startServer(fixed)
    client = createClient(server.url, { token })
  }

  const startedAt = performance.now()
  const told = () => receiver.events.map(({ data }) => `${data.reason}`)
  const missing = () => {
    const found = new Set(told())
    return acknowledged.filter((reason) => !found.has(reason))
  }
  await until(() => missing().length === 0, PATIENCE)
  const lost = missing()
  outcome.promise(`${lost.length} events were never told: ${lost.slice(0, 5)}`, lost.length === 0)
  const madeUp = told().filter((reason) => !sent.includes(reason))
  outcome.promise(`told of what nobody did: ${madeUp.slice(0, 5)}`, madeUp.length === 0)
  outcome.promise(`${receiver.refused()} had a wrong signature`, receiver.refused() === 0)
  const code = await server.stop()
  outcome.promise(`the last server ended with ${code}`, code === 0)
  const again = told().length - new Set(told()).size
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  outcome.saw(`${kills} kills, ${acknowledged.length} changes acknowledged and told of`)
  outcome.saw(`${again} told twice, all told ${seconds} s after the last start`)
  await client.close()
  await receiver.close()
}

async function until(isSo: () => boolean, patience: number) {
  const deadline = performance.now() + patience
  while (!isSo() && performance.now() < deadline) await sleep(20)
}

import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../lab/ports.ts'
import { createClient, initialize } from '../lib/client.ts'
import { createLedger } from '../lib/ledger.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Env, startServer } from '../lib/server.ts'
import { verifyLedger } from '../lib/verify.ts'

const WRITERS = 8
/** Changes that are acknowledged before a kill, unless the machine is too slow for so many. */
const CHANGES = 60

/** `kill -9` under write load, again and again: nothing acknowledged is lost, and nothing is half done. */
export async function killUnderLoad(env: Env, outcome: OutcomeBuilder, rounds: number) {
  const fixed = { ...env, PORT: String(await freePort()) }
  const ledger = createLedger(outcome)
  let server = await startServer(fixed)
  const first = server.startMs
  const token = await initialize(server.url)
  const starts: number[] = []
  let pending = 0

  for (let round = 0; round < rounds; round++) {
    const client = createClient(server.url, { token })
    const stop = keepDoing(async () => {
      // While nobody answers there is nothing to do.
      if (!(await ledger.liveOne(client))) await sleep(20)
    }, WRITERS)
    const before = ledger.acknowledged()
    await untilSeen(ledger.acknowledged, before + CHANGES)
    await sleep(Math.random() * 200)
    await server.kill9()
    await stop()
    await client.close()
    outcome.promise(`no change after ${round} kills`, ledger.acknowledged() > before)
    pending += ledger.entries.filter((entry) => entry.pending).length

    server = await startServer(fixed)
    starts.push(server.startMs)
    const verifier = createClient(server.url, { token })
    await verifyLedger(verifier, ledger, outcome)
    await verifier.close()
  }
  const code = await server.stop()
  outcome.promise(`the last server ended with ${code}`, code === 0)
  outcome.saw(`${rounds} kills, ${ledger.acknowledged()} changes acknowledged and found again`)
  outcome.saw(`${pending} unanswered, each done or not`)
  outcome.saw(`first start ${first} ms, starts after a kill ${Math.max(...starts)} ms at most`)
}

async function untilSeen(count: () => number, wanted: number) {
  const deadline = performance.now() + 3_000
  while (count() < wanted && performance.now() < deadline) await sleep(5)
}

import { setTimeout as sleep } from 'node:timers/promises'
import { startBalancer } from '../lib/balancer.ts'
import { createClient, initialize } from '../lib/client.ts'
import type { DatabaseServer } from '../lib/database.ts'
import { createLedger } from '../lib/ledger.ts'
import { keepDoing } from '../lib/load.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { startServer } from '../lib/server.ts'
import { verifyLedger } from '../lib/verify.ts'

const WRITERS = 10
/** Many times what the balancer needs to notice, even where the machine has other work. */
const SECONDS_TO_DRAIN = 3
/** Keeps who asks for robots waiting for two seconds. */
const HOLD = 'BEGIN; LOCK TABLE robots IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT'

/** SIGTERM under load behind a balancer, server after server: not one request is lost. */
export async function stopUnderLoad(
  cluster: DatabaseServer,
  outcome: OutcomeBuilder,
  rounds: number,
) {
  const env = {
    DATABASE_URL: await cluster.createDatabase('shutdown'),
    DRAIN_SECONDS: String(SECONDS_TO_DRAIN),
  }
  let [first, second] = [await startServer(env), await startServer(env)]
  const token = await initialize(first.url)
  // A server that starts again is found where it was.
  const again = (port: string) => startServer({ ...env, PORT: port })
  const balancer = await startBalancer([first.url, second.url])
  const client = createClient(balancer.url, { token, connections: WRITERS })
  const ledger = createLedger(outcome)
  const stop = keepDoing(() => ledger.liveOne(client), WRITERS)
  let slowest = 0

  for (let round = 0; round < rounds; round++) {
    await sleep(500)
    const startedAt = performance.now()
    // Requests that wait for each other from before the end of the drain until after it.
    const locked = sleep(SECONDS_TO_DRAIN * 1000 - 500).then(() => cluster.query(HOLD, 'shutdown'))
    const code = await first.stop()
    await locked
    slowest = Math.max(slowest, Math.round(performance.now() - startedAt))
    outcome.promise(`SIGTERM ended with ${code}`, code === 0)
    const { port } = first
    ;[first, second] = [second, await again(port)]
    await sleep(300)
  }
  await stop()
  const answers = client.takeAnswers()
  const failed = answers.filter(({ status }) => status === 0 || status >= 400)
  for (const { status } of failed) outcome.promise(`a request was answered ${status}`, false)
  await verifyLedger(client, ledger, outcome)
  await client.close()
  balancer.close()
  await Promise.all([first.stop(), second.stop()])
  outcome.saw(`${rounds} servers stopped and started under load, ${slowest} ms to stop at most`)
  const longest = Math.max(...answers.map(({ ms }) => ms))
  outcome.promise(`no request was under way for long: ${longest} ms`, longest > 1_000)
  outcome.saw(`${answers.length} requests, the longest ${longest} ms, ${failed.length} failed`)
}

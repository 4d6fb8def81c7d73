import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, DEADLINE, initialize } from '../lib/client.ts'
import { createLedger, type Ledger } from '../lib/ledger.ts'
import { keepDoing } from '../lib/load.ts'
import { startPatroni } from '../lib/patroni.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { startServer } from '../lib/server.ts'
import { verifyLedger } from '../lib/verify.ts'

const WRITERS = 8
const DATABASE = 'failover'
/** From the new primary to the next change (ms). */
const CHANGES_WITHIN = 5_000

/**
 * The primary of three database servers dies under write load, or is cut off from all others: nothing acknowledged is
 * lost, and the server of the API goes on by itself with the new one.
 */
export async function loseThePrimary(outcome: OutcomeBuilder, kills: number) {
  const patroni = await startPatroni()
  try {
    await patroni.untilComplete()
    await patroni.query('CREATE ROLE app LOGIN')
    await patroni.query(`CREATE DATABASE ${DATABASE} OWNER app`)
    const server = await startServer({ DATABASE_URL: patroni.urlOf('app', DATABASE) })
    const client = createClient(server.url, { token: await initialize(server.url) })
    const ledger = createLedger(outcome)
    const troubles = [...Array.from({ length: kills }, () => 'killed' as const), 'cut off' as const]
    for (const trouble of troubles) {
      client.takeAnswers()
      const stop = keepDoing(async () => {
        // While there is no primary, all that is tried has to be looked for at the end.
        if (!(await ledger.liveOne(client))) await sleep(200)
      }, WRITERS)
      await sleep(1_000)
      const primary = await patroni.primary()
      const lostAt = performance.now()
      await (trouble === 'killed' ? primary.kill9() : primary.cutOff())
      await patroni.untilAnother(primary)
      const replacedAt = performance.now()
      const again = await untilChanged(ledger)
      await stop()
      await (trouble === 'killed' ? primary.boot() : primary.rejoin())
      await patroni.untilComplete()
      const answers = client.takeAnswers()
      const slowest = Math.max(...answers.map(({ ms }) => ms))
      const unanswered = answers.filter(({ status }) => status === 0).length
      const name = `primary ${trouble}`
      outcome.promise(`${name}: no change ${again} ms after the new one`, again < CHANGES_WITHIN)
      outcome.promise(`${name}: a request took ${slowest} ms`, slowest < DEADLINE)
      outcome.promise(`${name}: ${unanswered} requests without an answer`, unanswered === 0)
      const seconds = ((replacedAt - lostAt) / 1000).toFixed(1)
      outcome.saw(`**${name}** replaced after ${seconds} s, changes ${again} ms later`)
      outcome.saw(`slowest answer ${slowest} ms`)
    }
    await verifyLedger(client, ledger, outcome)
    outcome.saw(`${ledger.acknowledged()} changes acknowledged and found again`)
    await client.close()
    outcome.promise('the server ended with another code than 0', (await server.stop()) === 0)
  } finally {
    await patroni.remove()
  }
}

/** The time until a change is made (ms), `CHANGES_WITHIN` or more where there is none for that long. */
async function untilChanged(ledger: Ledger): Promise<number> {
  const startedAt = performance.now()
  const before = ledger.acknowledged()
  while (ledger.acknowledged() === before && performance.now() - startedAt < CHANGES_WITHIN) {
    await sleep(5)
  }
  return Math.round(performance.now() - startedAt)
}

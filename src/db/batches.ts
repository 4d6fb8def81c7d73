import { setImmediate as endOfTurn } from 'node:timers/promises'
import { retryAborted } from './transactions.ts'
import { limitWait } from './turn-timeout.ts'
import { isUnavailable } from './unavailability.ts'

/** Most changes in one statement. */
const MOST = 50

interface Waiting<Change, Made> {
  change: Change
  made(result: Made): void
  failed(error: unknown): void
  /** Its turn has come. */
  begun?(): void
}

interface BatchesOf<Change, Made> {
  /** Makes all of some changes by one statement, or none. Answers in their order. */
  write(changes: Change[]): Promise<Made[]>
  /** What a change may have to wait for, such as its namespace: those of others do not wait with it. */
  laneOf(change: Change): string
}

/**
 * Makes changes one at once, and those that come meanwhile together, since a trip, a commit and the start of a statement for
 * each take longer than most changes do. Each is made, or not, as if it were alone.
 */
export function createBatches<Change, Made>({ write, laneOf }: BatchesOf<Change, Made>) {
  /** What waits in each lane in which a batch is on its way. */
  const lanes = new Map<string, Waiting<Change, Made>[]>()

  /**
   * Never rejects. Where one spoils the statement for the others, each is made by itself; not where the database cannot make
   * changes now, which all are told, since it may be long until it answers, and it may have made them.
   */
  async function writeBatch(batch: Waiting<Change, Made>[]): Promise<void> {
    try {
      const results = await retryAborted(() => write(batch.map(({ change }) => change)))
      for (const [index, { made }] of batch.entries()) made(results[index] as Made)
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) for (const { failed } of batch) failed(error)
      else await Promise.all(batch.map((one) => writeBatch([one])))
    }
  }

  /** What is asked for in one turn of the event loop goes together from the first. */
  async function writeLane(lane: string, waiting: Waiting<Change, Made>[]): Promise<void> {
    await endOfTurn()
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST)
      for (const { begun } of batch) begun?.()
      await writeBatch(batch)
    }
    lanes.delete(lane)
  }

  return {
    /** Resolves once the change is made and committed. Rejects where its turn does not come in time, by what `whyUnavailable` knows. */
    write: (change: Change) =>
      new Promise<Made>((made, failed) => {
        const lane = laneOf(change)
        const one: Waiting<Change, Made> = { change, made, failed }
        const waiting = lanes.get(lane)
        if (waiting) {
          waiting.push(one)
          one.begun = limitWait((why) => {
            waiting.splice(waiting.indexOf(one), 1)
            failed(why)
          })
        } else {
          const alone = [one]
          lanes.set(lane, alone)
          void writeLane(lane, alone)
        }
      }),
  }
}

import type { Db } from '../../db/types.ts'
import { findLogSize, type LogSize } from '../../queries/log-size.ts'

const EVERY_MS = 60_000

/** Measures the size of the audit log each minute, so that whoever asks for it need not wait for the database. */
export function createLogSize(db: Db) {
  let size: LogSize | undefined
  async function measure() {
    size = await findLogSize(db).catch(() => undefined)
  }

  return {
    /** Undefined while the database cannot be asked. */
    latest: () => size,

    /** Measures now and each minute, without keeping the process alive. @returns a function that stops it */
    async start() {
      await measure()
      let underWay = Promise.resolve()
      const timer = setInterval(() => {
        underWay = measure()
      }, EVERY_MS).unref()
      return async () => {
        clearInterval(timer)
        await underWay
      }
    },
  }
}

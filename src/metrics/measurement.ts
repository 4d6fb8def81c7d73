/** Asks for a figure from time to time (`every`, in ms), so that whoever reads it need not wait for the database. */
export function createMeasurement<Figure>(ask: () => Promise<Figure>, every: number) {
  let figure: Figure | undefined
  async function measure() {
    figure = await ask().catch(() => undefined)
  }

  return {
    /** Undefined while the database cannot be asked. */
    latest: () => figure,

    /** Measures now and from then on, without keeping the process alive. @returns a function that stops it */
    async start() {
      await measure()
      let underWay = Promise.resolve()
      const timer = setInterval(() => {
        underWay = measure()
      }, every).unref()
      return async () => {
        clearInterval(timer)
        await underWay
      }
    },
  }
}

/** Does the same over and over, so many at a time, until told to stop. */
export function keepDoing(work: () => Promise<unknown>, atATime: number) {
  let stopped = false
  const workers = Array.from({ length: atATime }, async () => {
    while (!stopped) await work()
  })
  return async function stop() {
    stopped = true
    await Promise.all(workers)
  }
}

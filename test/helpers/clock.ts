/** A clock that stands still until a test moves it. */
export function createClock(start = new Date('2026-11-23T13:56:36.789Z')) {
  let now = start.getTime()
  return {
    clock: () => new Date(now),
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    /** In whole seconds since 1970, as in tokens. */
    seconds: () => Math.floor(now / 1000),
  }
}

export type TestClock = ReturnType<typeof createClock>

/** The real time, which a test can run ahead of: for what others, such as an issuer, date as well. */
export function createShiftedClock() {
  let ahead = 0
  return {
    clock: () => new Date(Date.now() + ahead),
    pass: (seconds: number) => {
      ahead += seconds * 1000
    },
  }
}

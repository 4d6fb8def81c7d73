const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

const DURATION = /^(\d{1,9})([smhdw])$/

/** Seconds of `90d`, `12h`, `30m`, `45s` or `2w`; undefined for any other text, a bare number too. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * SECONDS[unit as keyof typeof SECONDS]
}

/** `2026-12-01 23:25:01 UTC` */
export const exactTime = (date: Date): string =>
  date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, ' UTC')

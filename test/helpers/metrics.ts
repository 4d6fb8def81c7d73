import { apiOf } from './api.ts'

export const METRICS_TOKEN = 'token-of-prometheus'

/** What a series has counted: `quay_robots_exchanges_total{outcome="issued"}`; NaN where there is none. */
export async function countOf(url: string, series: string): Promise<number> {
  const { text } = await apiOf(url).as(METRICS_TOKEN).get('/metrics').expect(200)
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.slice(series.length))
}

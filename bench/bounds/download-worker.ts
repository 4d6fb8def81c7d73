import type { Downloaded, Wanted } from './download.ts'

process.once('message', async (wanted: Wanted) => {
  process.send?.(await read(wanted).catch((error) => ({ ...NOTHING, failure: String(error) })))
})

const NOTHING = { status: 0, bytes: 0, items: 0, ms: 0 }

async function read({ url, apiToken }: Wanted): Promise<Downloaded> {
  const begin = performance.now()
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiToken}` } })
  const seen = { ...NOTHING, status: response.status }
  try {
    const text = await response.text()
    const [list] = Object.values(JSON.parse(text) as object).filter(Array.isArray)
    Object.assign(seen, { bytes: text.length, items: list?.length ?? 0 })
  } catch (error) {
    Object.assign(seen, { failure: String(error) })
  }
  return { ...seen, ms: performance.now() - begin }
}

import { fetchAsSession } from '../api/fetch-as-session.ts'
import { refusalOf } from '../api/refusal.ts'

/**
 * Saves what the service answers as a file. The browser keeps long ones on its disk, not in memory.
 * @throws {Refusal}
 */
export async function download(path: string, type: string, fileName: string): Promise<void> {
  const request = new Request(new URL(path, location.origin), { headers: { Accept: type } })
  const response = await fetchAsSession(request)
  if (!response.ok) throw refusalOf(response.status, await response.json().catch(() => undefined))
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Not at once: the browser begins to save after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
